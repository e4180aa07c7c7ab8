"""The settings of the server, by the options of the command line."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from .auth_keys import parse_auth_keys

if TYPE_CHECKING:
    from skysyn.server import Settings

    from .asset_options import AssetOptions
    from .password_options import PasswordOptions
    from .push_options import PushOptions
    from .server_options import ServerOptions
    from .token_options import TokenOptions


def settings_of(
    server: ServerOptions,
    tokens: TokenOptions,
    files: AssetOptions,
    pushing: PushOptions,
    passwords: PasswordOptions,
) -> Settings:
    """Return what the server is set to.

    Raises:
        BadParameter: an option is not what it should be.
        DeclarationError: a setting cannot be one.
    """
    from skysyn.server import Settings  # noqa: PLC0415  # only when it is installed

    return Settings(
        database=server.database,
        app=server.app_name,
        api_key=server.api_key or _made_up(),
        master_key=server.master_key or _made_up(),
        dev_mode=server.dev_mode,
        cors_host=server.cors_host,
        auth_keys=parse_auth_keys(server.auth_keys),
        token_store=tokens.place(),
        token_prefix=tokens.token_prefix,
        token_secret=tokens.token_secret or None,
        token_seconds=tokens.token_seconds,
        custom_token_secret=tokens.custom_token_secret or None,
        verify_required=server.verify_required,
        assets=files.place(server.database),
        asset_options=files.opening(),
        asset_public=files.asset_public,
        asset_secret=files.asset_secret or None,
        asset_url_prefix=files.url_prefix(),
        pubsub=server.pubsub or None,
        response_seconds=server.response_timeout,
        slave=server.slave,
        strict_compat=server.strict_compat,
        push=pushing.settings(),
        passwords=passwords.policy(),
        trail=passwords.trail(),
    )


def _made_up() -> str:
    return secrets.token_hex(16)
