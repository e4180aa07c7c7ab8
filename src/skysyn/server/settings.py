"""Settings of a local server: what the original reads from its environment."""

from __future__ import annotations

import secrets
from collections.abc import Mapping  # noqa: TC003  # attrs resolves it
from pathlib import Path  # noqa: TC003  # as above

import attrs

from skysyn.dialects.skygear.questions import Limits
from skysyn.errors import DeclarationError

from .policy import PasswordPolicy
from .push import Push
from .signing import secret_for
from .validity import (
    YEARS,
    check_app,
    check_auth_keys,
    check_origin,
    seconds,
    url,
)


def _check_key(settings: Settings, __: object, value: str) -> None:
    if not value or value == settings.api_key:
        msg = "the master key is a secret of its own, not the api key"
        raise DeclarationError(msg)


def _hidden(_: object) -> str:
    return "'***'"


@attrs.frozen(kw_only=True)
class Settings:
    """Who may use the server, and how it answers.

    *push* says by which services notifications reach devices, *passwords* which
    ones users may have, and *trail* is a file that tells who logs in.

    *database* is `:memory:`, a file, `sqlite:///…` or `postgresql://…`. *auth_keys*
    are the sets of user fields that one can log in with. Keys that are not given are
    made up. Sessions are kept by *token_store*: `database`, `redis://…` (under keys
    that begin with *token_prefix*) or `jwt` (signed by *token_secret*, else by the
    master key); *token_seconds* 0 means that they do not end. *assets* is the folder
    of files, or a URL that fsspec opens with *asset_options*; without it, a folder that
    is deleted at the end. *asset_public* files need no signature, by *asset_secret* or
    one made of the master key; *asset_url_prefix* is where clients find them, if that
    is not where the server listens. *pubsub* is the URL of a Redis through which
    several servers share the channels of `/pubsub`; a *slave* leaves channels, timers
    and subscriptions to another server. An action may take *response_seconds*, or any
    time if that is 0. *strict_compat* repeats the original's harmless oddities.
    """

    database: str = ":memory:"
    app: str = attrs.field(default="myapp", validator=check_app)
    api_key: str = attrs.field(factory=lambda: secrets.token_hex(16), repr=_hidden)
    master_key: str = attrs.field(
        factory=lambda: secrets.token_hex(16), validator=_check_key, repr=_hidden
    )
    dev_mode: bool = True
    cors_host: str = attrs.field(default="*", validator=check_origin)
    auth_keys: tuple[tuple[str, ...], ...] = attrs.field(
        default=(("username",), ("email",)), validator=check_auth_keys
    )
    token_store: str = attrs.field(default="database", repr=_hidden)
    token_prefix: str = "skysyn"  # noqa: S105  # no secret
    token_secret: str | None = attrs.field(default=None, repr=_hidden)
    token_seconds: int = attrs.field(
        default=0, validator=seconds("token_seconds", YEARS)
    )
    custom_token_secret: str | None = attrs.field(default=None, repr=_hidden)
    verify_required: bool = False
    assets: str | Path | None = attrs.field(default=None, repr=_hidden)
    asset_options: Mapping[str, object] = attrs.field(
        factory=dict[str, object], repr=False
    )
    asset_public: bool = False
    asset_url_prefix: str | None = attrs.field(
        default=None, validator=url("asset_url_prefix")
    )
    asset_secret: str | None = attrs.field(default=None, repr=_hidden)
    response_seconds: float = attrs.field(
        default=60.0, validator=seconds("response_seconds", 10**6)
    )
    slave: bool = False
    strict_compat: bool = False
    pubsub: str | None = attrs.field(default=None, repr=_hidden)
    push: Push = attrs.field(factory=Push)
    passwords: PasswordPolicy = attrs.field(factory=PasswordPolicy)
    trail: Path | None = None
    max_file: int = 1024 * 1024 * 1024
    max_body: int = 16 * 1024 * 1024
    limits: Limits = attrs.field(factory=Limits)

    @property
    def file_secret(self) -> str:
        """What signs the URLs of files."""
        # not the master key itself: names that clients choose are signed
        return self.asset_secret or secret_for("files", self.master_key)
