"""Options of `skysyn serve`: each with its variable of the original and its help."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .configuration import load_config
from .environment import load_environment

Host = Annotated[str, typer.Option(help="Listen on this address.")]
Port = Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one.")]
Expose = Annotated[bool, typer.Option("--expose", help="Let other machines in.")]
Database = Annotated[
    str,
    typer.Option(
        envvar="DATABASE_URL", help="A file, :memory:, sqlite:///… or postgresql://…"
    ),
]
ApiKey = Annotated[str, typer.Option(envvar="API_KEY", help="The key of clients.")]
MasterKey = Annotated[
    str, typer.Option(envvar="MASTER_KEY", help="The key that may do anything.")
]
AppName = Annotated[
    str, typer.Option("--app", envvar="APP_NAME", help="The name of the app.")
]
DevMode = Annotated[
    bool, typer.Option(envvar="DEV_MODE", help="Let clients extend the schema.")
]
CorsHost = Annotated[
    str, typer.Option(envvar="CORS_HOST", help="Which web pages may ask.")
]
AuthKeys = Annotated[
    str, typer.Option(envvar="AUTH_RECORD_KEYS", help="What one logs in with.")
]
TokenStore = Annotated[
    str,
    typer.Option(
        envvar="TOKEN_STORE", help="Where sessions are: database, jwt or redis://…"
    ),
]
TokenStorePath = Annotated[
    str,
    typer.Option(envvar="TOKEN_STORE_PATH", help="The URL, if the store is `redis`."),
]
TokenPrefix = Annotated[
    str,
    typer.Option(envvar="TOKEN_STORE_PREFIX", help="How keys in Redis begin."),
]
TokenSecret = Annotated[
    str,
    typer.Option(envvar="TOKEN_STORE_SECRET", help="Signs tokens, if they are jwt."),
]
TokenSeconds = Annotated[
    int,
    typer.Option(
        envvar="TOKEN_STORE_EXPIRY",
        min=0,
        max=10**9,
        help="How long a session is; 0: always.",
    ),
]
CustomTokenSecret = Annotated[
    str, typer.Option(envvar="CUSTOM_TOKEN_SECRET", help="Signs custom tokens.")
]
Assets = Annotated[
    str,
    typer.Option(
        envvar="ASSET_STORE_PATH", help="Where files are: a folder, s3://… or another."
    ),
]
AssetStore = Annotated[
    str, typer.Option(envvar="ASSET_STORE", help="fs, or s3 for a bucket.")
]
AssetPublic = Annotated[
    bool,
    typer.Option(
        "--asset-public/--no-asset-public",
        envvar="ASSET_STORE_PUBLIC",
        help="Send files to whoever knows their names.",
    ),
]
AssetUrlPrefix = Annotated[
    str,
    typer.Option(envvar="ASSET_STORE_URL_PREFIX", help="Where clients find /files."),
]
AssetSecret = Annotated[
    str, typer.Option(envvar="ASSET_STORE_SECRET", help="Signs the URLs of files.")
]
S3AccessKey = Annotated[
    str,
    typer.Option(
        envvar=["ASSET_STORE_ACCESS_KEY", "ASSET_STORE_S3_ACCESS_KEY"],
        help="Who we are to the bucket.",
    ),
]
S3SecretKey = Annotated[
    str,
    typer.Option(
        envvar=["ASSET_STORE_SECRET_KEY", "ASSET_STORE_S3_SECRET_KEY"],
        help="The secret that goes with it.",
    ),
]
S3Region = Annotated[
    str,
    typer.Option(
        envvar=["ASSET_STORE_REGION", "ASSET_STORE_S3_REGION"],
        help="Where the bucket is.",
    ),
]
S3Bucket = Annotated[
    str,
    typer.Option(
        envvar=["ASSET_STORE_BUCKET", "ASSET_STORE_S3_BUCKET"], help="The bucket."
    ),
]
S3UrlPrefix = Annotated[
    str,
    typer.Option(
        envvar="ASSET_STORE_S3_URL_PREFIX",
        help="Where clients find the bucket, if files are public.",
    ),
]
Pubsub = Annotated[
    str,
    typer.Option(
        envvar="PUBSUB_BROKER",
        help="A redis://… by which several servers share channels.",
    ),
]
VerifyRequired = Annotated[
    bool, typer.Option(envvar="VERIFY_REQUIRED", help="Users must be verified.")
]
ResponseTimeout = Annotated[
    float,
    typer.Option(
        envvar="RESPONSE_TIMEOUT",
        min=0,
        max=10**6,
        help="Seconds an action may take; 0: any.",
    ),
]
Slave = Annotated[
    bool,
    typer.Option(
        "--slave/--no-slave",
        envvar="SLAVE",
        help="Leave channels, timers and subscriptions to another server.",
    ),
]
Code = Annotated[
    list[str],
    typer.Option(
        metavar="MODULE",
        help="Cloud code: a file, an importable name, or http://…; may be repeated.",
    ),
]
Reload = Annotated[
    bool, typer.Option("--reload", help="Read the code again when it changes.")
]
StrictCompat = Annotated[
    bool,
    typer.Option("--strict-compat", help="Repeat the harmless oddities too."),
]
LogLevel = Annotated[
    str, typer.Option(envvar="LOG_LEVEL", help="debug, info, warning or error.")
]
LogFormatter = Annotated[
    str, typer.Option(envvar="LOG_FORMATTER", help="text or json.")
]
Config = Annotated[
    Path | None,
    typer.Option(callback=load_config, is_eager=True, help="A TOML file of options."),
]
EnvFile = Annotated[
    Path,
    typer.Option(
        callback=load_environment,
        is_eager=True,
        help="A file of variables, which is read if it is there.",
    ),
]
