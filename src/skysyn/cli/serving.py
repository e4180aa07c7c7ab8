"""`skysyn serve`: a local server that speaks Skygear."""

from __future__ import annotations

import ipaddress
import logging
import secrets
import signal
import sys
import tomllib
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from types import FrameType

_MISSING = "the server needs its extra: pip install 'skysyn[server]'"


def _load(context: typer.Context, path: Path | None) -> Path | None:
    """Take what a configuration file says for options that are not given."""
    if path is not None:
        try:
            found: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            msg = f"cannot read {path}: {error}"
            raise typer.BadParameter(msg) from error
        names = {name.replace("-", "_"): value for name, value in found.items()}
        context.default_map = {**(context.default_map or {}), **names}
    return path


def _made_up() -> str:
    return secrets.token_hex(16)


def _files_beside(database: str) -> Path | None:
    """Return the folder of files that goes with a file of records."""
    if "://" in database or database == ":memory:":
        return None
    return Path(f"{database}-files")


def _auth_keys(text: str) -> tuple[tuple[str, ...], ...]:
    """Return the sets of fields in text such as `username,(email,phone)`."""
    groups: list[tuple[str, ...]] = []
    for number, part in enumerate(text.replace(")", "(").split("(")):
        names = tuple(name.strip() for name in part.split(",") if name.strip())
        groups += [names] if number % 2 else [(name,) for name in names]
    return tuple(group for group in groups if group)


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def serve(  # noqa: PLR0913  # an option each
    *,
    host: Annotated[str, typer.Option(help="Listen on this address.")] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="0 takes a free one.")
    ] = 3000,
    expose: Annotated[
        bool, typer.Option("--expose", help="Let other machines in.")
    ] = False,
    database: Annotated[
        str,
        typer.Option(
            envvar="DATABASE_URL",
            help="A file, :memory:, sqlite:///… or postgresql://…",
        ),
    ] = "skysyn.sqlite3",
    api_key: Annotated[
        str, typer.Option(envvar="API_KEY", help="The key of clients.")
    ] = "",
    master_key: Annotated[
        str, typer.Option(envvar="MASTER_KEY", help="The key that may do anything.")
    ] = "",
    app_name: Annotated[
        str, typer.Option("--app", envvar="APP_NAME", help="The name of the app.")
    ] = "myapp",
    dev_mode: Annotated[
        bool, typer.Option(envvar="DEV_MODE", help="Let clients extend the schema.")
    ] = True,
    cors_host: Annotated[
        str, typer.Option(envvar="CORS_HOST", help="Which web pages may ask.")
    ] = "*",
    auth_keys: Annotated[
        str, typer.Option(envvar="AUTH_RECORD_KEYS", help="What one logs in with.")
    ] = "username,email",
    token_seconds: Annotated[
        int,
        typer.Option(
            envvar="TOKEN_STORE_EXPIRY", min=0, help="How long a session is; 0: always."
        ),
    ] = 0,
    custom_token_secret: Annotated[
        str, typer.Option(envvar="CUSTOM_TOKEN_SECRET", help="Signs custom tokens.")
    ] = "",
    assets: Annotated[
        Path | None,
        typer.Option(envvar="ASSET_STORE_PATH", help="The folder of files."),
    ] = None,
    asset_url_prefix: Annotated[
        str,
        typer.Option(
            envvar="ASSET_STORE_URL_PREFIX", help="Where clients find /files."
        ),
    ] = "",
    verify_required: Annotated[
        bool, typer.Option(envvar="VERIFY_REQUIRED", help="Users must be verified.")
    ] = False,
    log_level: Annotated[
        str, typer.Option(envvar="LOG_LEVEL", help="debug, info, warning or error.")
    ] = "warning",
    config: Annotated[
        Path | None,
        typer.Option(callback=_load, is_eager=True, help="A TOML file of options."),
    ] = None,
) -> None:
    """Serve the Skygear protocol from this machine, until Ctrl-C."""
    del config
    if find_spec("sqlalchemy") is None or find_spec("uvicorn") is None:
        sys.exit(_MISSING)
    if not (expose or _is_loopback(host)):
        msg = f"{host} is reached from other machines: add --expose to mean it"
        raise typer.BadParameter(msg)
    logging.basicConfig(level=log_level.upper())
    from skysyn.server import Settings  # noqa: PLC0415  # only when it is installed

    settings = Settings(
        database=database,
        app=app_name,
        api_key=api_key or _made_up(),
        master_key=master_key or _made_up(),
        dev_mode=dev_mode,
        cors_host=cors_host,
        auth_keys=_auth_keys(auth_keys),
        token_seconds=token_seconds,
        custom_token_secret=custom_token_secret or None,
        verify_required=verify_required,
        assets=assets or _files_beside(database),
        asset_url_prefix=asset_url_prefix or None,
        asset_secret=master_key or _made_up(),
    )
    _run(settings, host, port)


def _run(settings: Any, host: str, port: int) -> None:
    """Serve until a signal; then answer what is asked already."""
    from skysyn.server import Server, Serving  # noqa: PLC0415  # as above

    signal.signal(signal.SIGTERM, _stop)
    with Server(settings) as server, Serving(server, host, port) as serving:
        typer.echo(f"# Skygear's protocol, records in {_shown(settings.database)}")
        typer.echo(f"export SKYGEAR_ENDPOINT={serving.endpoint}")
        typer.echo(f"export SKYGEAR_API_KEY={settings.api_key}")
        typer.echo(f"# the master key: {settings.master_key}")
        sys.stdout.flush()
        try:
            serving.wait()
        except KeyboardInterrupt:
            typer.echo("# stopped")


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _shown(url: str) -> str:
    """Return where the database is, without a password."""
    scheme, separator, rest = url.partition("://")
    return f"{scheme}{separator}{rest.rpartition('@')[2]}" if separator else url
