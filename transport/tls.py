"""TLS settings: whom to trust, and who we are."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import TYPE_CHECKING

import attrs
from requests.utils import DEFAULT_CA_BUNDLE_PATH

from skysyn.errors import TLSError

from .sockets import CallContext

if TYPE_CHECKING:
    from os import PathLike

    from .call import Call
    from .secret import Secret


@attrs.frozen
class TLS:
    """How servers are verified; there is no way to leave it out.

    *ca* is a PEM file or folder with the authorities to trust, "system" for those of
    the operating system, or None for the ones of `certifi`. *cert* and *key* are the
    PEM files of a client certificate (*key* may be in *cert*).
    """

    ca: str | PathLike[str] | None = None
    cert: str | PathLike[str] | None = None
    key: str | PathLike[str] | None = None
    password: Secret | None = None

    def context(self, call: Call) -> CallContext:
        """Make the TLS context; its sockets are bounded by *call*."""
        context = CallContext(ssl.PROTOCOL_TLS_CLIENT)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.call = call
        try:
            self._trust(context)
            self._identify(context)
        except (OSError, TypeError, ValueError) as exc:
            msg = f"cannot load the TLS files {self._files()}: {exc}"
            raise TLSError(msg, maybe_sent=False) from exc
        return context

    def _trust(self, context: ssl.SSLContext) -> None:
        if self.ca == "system":
            context.load_default_certs()
        elif self.ca is None:
            context.load_verify_locations(DEFAULT_CA_BUNDLE_PATH)
        elif Path(self.ca).is_dir():
            context.load_verify_locations(capath=str(self.ca))
        else:
            context.load_verify_locations(str(self.ca))

    def _identify(self, context: ssl.SSLContext) -> None:
        if self.cert is None:
            return
        password = "" if self.password is None else self.password.reveal()
        context.load_cert_chain(
            str(self.cert), None if self.key is None else str(self.key), password
        )

    def _files(self) -> str:
        named = (self.ca, self.cert, self.key)
        return ", ".join(str(file) for file in named if file is not None)
