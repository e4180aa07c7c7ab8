"""Options of the server: what `skysyn serve` serves, and to whom."""

from __future__ import annotations

import attrs

from . import options as option  # noqa: TC001  # typer resolves it


@attrs.frozen(kw_only=True)
class ServerOptions:
    """What the command line says about the server itself."""

    database: option.Database = "skysyn.sqlite3"
    api_key: option.ApiKey = ""
    master_key: option.MasterKey = ""
    app_name: option.AppName = "myapp"
    dev_mode: option.DevMode = True
    cors_host: option.CorsHost = "*"
    auth_keys: option.AuthKeys = "username,email"
    verify_required: option.VerifyRequired = False
    pubsub: option.Pubsub = ""
    response_timeout: option.ResponseTimeout = 60.0
    slave: option.Slave = False
    strict_compat: option.StrictCompat = False
