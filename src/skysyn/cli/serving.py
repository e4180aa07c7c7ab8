"""`skysyn serve`: a local server that speaks Skygear."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import contextmanager
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from skysyn.errors import SkysynError

from . import options as option
from . import variables, workspaces
from .asset_options import AssetOptions
from .exposure import check_exposure
from .given import check_given
from .hosting import Hosted
from .logs import start_logs
from .password_options import PasswordOptions
from .plugins import find_plugins
from .push_options import PushOptions
from .server_options import ServerOptions
from .server_settings import settings_of
from .taking import taking
from .token_options import TokenOptions

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from types import FrameType

    from skysyn.server import Settings
    from skysyn.server.accsyn import AccsynSettings

    from .plugins import Plugins

    Run = Callable[[Settings, str, int], None]

_ENDS = (signal.SIGINT, signal.SIGTERM)
_MISSING = "the server needs its extra: pip install 'skysyn[server]'"


@taking(
    server=ServerOptions,
    tokens=TokenOptions,
    files=AssetOptions,
    pushing=PushOptions,
    passwords=PasswordOptions,
)
def serve(  # noqa: PLR0913  # an option each
    context: typer.Context,
    *,
    config: option.Config = None,
    env_file: option.EnvFile = Path(".env"),
    host: option.Host = "127.0.0.1",
    port: option.Port = 3000,
    expose: option.Expose = False,
    server: ServerOptions,
    tokens: TokenOptions,
    files: AssetOptions,
    code: option.Code = [],  # noqa: B006  # typer copies it
    reload: option.Reload = False,
    accsyn: workspaces.Accsyn = [],  # noqa: B006  # as above
    accsyn_port: workspaces.AccsynPort = None,
    accsyn_user: workspaces.AccsynUser = [],  # noqa: B006  # as above
    share: workspaces.Share = [],  # noqa: B006  # as above
    speed: workspaces.Speed = 1.0,
    accsyn_session_seconds: workspaces.AccsynSessionSeconds = 0,
    accsyn_rate_limit: workspaces.AccsynRateLimit = False,
    accsyn_show_keys: workspaces.AccsynShowKeys = False,
    log_level: option.LogLevel = "warning",
    log_formatter: option.LogFormatter = "text",
    pushing: PushOptions,
    passwords: PasswordOptions,
) -> None:
    """Serve Skygear's protocol, and accsyn's, from this machine, until Ctrl-C."""
    del config, env_file
    check_given(context)
    _check_installed()
    workspaces.check_port(accsyn, accsyn_port)
    check_exposure(host, "--host", is_meant=expose)
    start_logs(log_level, log_formatter, os.environ)
    plugins = find_plugins(os.environ)
    _tell_ignored(context, plugins)
    with _explained(server.database):
        settings = settings_of(server, tokens, files, pushing, passwords)
        beside = workspaces.settings_of(
            accsyn,
            accsyn_user,
            share,
            database=server.database,
            speed=speed,
            session_seconds=accsyn_session_seconds,
            rate_limit=accsyn_rate_limit,
            shows_api_keys=accsyn_show_keys,
        )
        hosted = Hosted(code or plugins.urls, reload, f"http://{host}:{port}")
        serve_here = partial(_run, beside=beside, apart=accsyn_port, hosted=hosted)
        run: Run = context.obj or serve_here
        run(settings, host, port)


def _check_installed() -> None:
    if find_spec("sqlalchemy") is None or find_spec("uvicorn") is None:
        sys.exit(_MISSING)


def _tell_ignored(context: typer.Context, plugins: Plugins) -> None:
    """Say which variables of the original are set and mean nothing."""
    for line in variables.ignored(os.environ, context):
        typer.echo(f"# {line}", err=True)
    if context.params["code"] and (plugins.urls or plugins.lines):
        typer.echo("# PLUGINS is ignored, as --code says what to run", err=True)
        return
    for line in plugins.lines:
        typer.echo(f"# {line}", err=True)


@contextmanager
def _explained(database: str) -> Generator[None]:
    """Leave with one line, not a traceback, if the server cannot start."""
    from sqlalchemy.exc import DBAPIError  # noqa: PLC0415  # as above

    from skysyn.server.store.database import first_line  # noqa: PLC0415  # as above

    try:
        yield
    except SkysynError as error:
        sys.exit(f"cannot serve: {error}")
    except DBAPIError as error:
        where = f"the database {_shown(database)}"
        sys.exit(f"cannot serve: {where} cannot be used: {first_line(error)}")
    except BrokenPipeError:
        raise  # nobody reads what is printed, which is no reason to say so
    except OSError as error:
        sys.exit(f"cannot serve: {error}")


def _run(
    settings: Settings,
    host: str,
    port: int,
    beside: AccsynSettings | None = None,
    apart: int | None = None,
    hosted: Hosted = Hosted(),  # it is frozen
) -> None:
    """Serve until a signal; then answer what is asked already."""
    from skysyn.server import Server, Serving  # noqa: PLC0415  # as above

    for number in _ENDS:
        signal.signal(number, _stop)
    with (
        Server(settings, hosted.load(settings)) as server,
        workspaces.started(beside) as others,
        workspaces.apart(others, host, apart) as elsewhere,
        Serving(server, host, port, *([] if elsewhere else others)) as serving,
        hosted.watched(server, serving.endpoint),
    ):
        try:
            _announce(settings, serving.endpoint)
            workspaces.announce(others, elsewhere or serving.endpoint)
            sys.stdout.flush()
            serving.wait()
        except KeyboardInterrupt:
            typer.echo("# stopping; the same again leaves at once")
    typer.echo("# stopped")


def _announce(settings: Settings, endpoint: str) -> None:
    """Print what clients need to know."""
    typer.echo(f"# Skygear's protocol, records in {_shown(settings.database)}")
    typer.echo(f"export SKYGEAR_ENDPOINT={endpoint}")
    typer.echo(f"export SKYGEAR_API_KEY={settings.api_key}")
    typer.echo(f"# the master key: {settings.master_key}")


def _stop(_number: int, _frame: FrameType | None) -> None:
    for number in _ENDS:
        signal.signal(number, _leave)
    raise KeyboardInterrupt


def _leave(number: int, _frame: FrameType | None) -> None:
    # not by an exception, which would wait for threads that still answer
    os._exit(128 + number)


def _shown(url: str) -> str:
    """Return where the database is, without a password."""
    scheme, separator, rest = url.partition("://")
    place = rest.rpartition("@")[2].partition("?")[0]
    return f"{scheme}://{place}" if separator else url
