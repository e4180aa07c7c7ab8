"""Options: what cloud code is told by its environment or the command line."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import attrs

from skysyn.errors import DeclarationError

if TYPE_CHECKING:
    from collections.abc import Mapping

_TRUE = {"YES", "yes", "Yes", "Y", "y", "true", "True", "TRUE", "1", "t", "T"}


def _hidden(value: str | None) -> str:
    return repr(value if value is None else "***")


@attrs.define(kw_only=True)
class Options:
    """What an app may know of its server; the names are the original's."""

    apikey: str | None = attrs.field(default=None, repr=_hidden)
    masterkey: str | None = attrs.field(default=None, repr=_hidden)
    appname: str = ""
    skygear_endpoint: str = "http://127.0.0.1:3000"
    pubsub_url: str | None = None
    database_url: str | None = attrs.field(default=None, repr=_hidden)
    http_addr: str = "0.0.0.0:8000"
    serve_static_assets: bool = False
    ignore_public_html: bool = False
    loglevel: str = "INFO"
    debug: bool = False

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Options:
        """Return the options that the variables of *environment* say."""
        get, made = environment.get, cls()
        made.apikey = get("API_KEY")
        made.masterkey = get("MASTER_KEY")
        made.appname = get("APP_NAME", "")
        made.skygear_endpoint = get("SKYGEAR_ENDPOINT", made.skygear_endpoint)
        made.pubsub_url = get("PUBSUB_URL")
        made.database_url = get("DATABASE_URL")
        made.http_addr = get("HTTP_ADDR", made.http_addr)
        made.serve_static_assets = get("SERVE_STATIC_ASSETS", "") in _TRUE
        made.ignore_public_html = get("IGNORE_PUBLIC_HTML", "") in _TRUE
        made.loglevel = get("LOG_LEVEL", made.loglevel)
        made.debug = get("DEBUG", "") in _TRUE
        return made

    def address(self) -> tuple[str, int]:
        """Return the host and port to listen on.

        Raises:
            DeclarationError: `http_addr` is no `host:port`.
        """
        host, colon, port = self.http_addr.rpartition(":")
        if not colon or not port.isdecimal():
            msg = f"{self.http_addr!r} is no address: write host:port"
            raise DeclarationError(msg)
        return host or "0.0.0.0", int(port)  # noqa: S104  # as the original listens
