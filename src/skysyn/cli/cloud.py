"""`skysyn cloud`: cloud code as a program of its own, behind a Skygear server."""

from __future__ import annotations

import os
import signal
import socket
import sys
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path  # noqa: TC003  # typer reads it
from typing import Annotated, Any

import typer

from skysyn.errors import SkysynError

from . import options as option  # noqa: TC001  # typer reads it
from .exposure import check_exposure
from .loading import load_apps
from .logs import start_logs

_MISSING = "cloud code needs its extra: pip install 'skysyn[cloud]'"
_WORKERS = 32
app = typer.Typer(help="Run cloud code.", no_args_is_help=True)

Modules = Annotated[
    list[str],
    typer.Argument(
        metavar="MODULE...", help="Files, packages' folders, or importable names."
    ),
]


@app.command()
def run(
    modules: Modules,
    *,
    http_addr: Annotated[
        str, typer.Option(envvar="HTTP_ADDR", help="Listen on this host:port.")
    ] = "127.0.0.1:8000",
    expose: option.Expose = False,
    log_level: option.LogLevel = "info",
    log_formatter: option.LogFormatter = "text",
) -> None:
    """Answer a Skygear server that has this program for a plugin, until Ctrl-C.

    Who reaches the port may call everything: the protocol has no login.
    """
    _check_installed()
    start_logs(log_level, log_formatter, os.environ)
    from skysyn.cloud import Options, wsgi  # noqa: PLC0415  # only when it is installed
    from skysyn.cloud.joining import join  # noqa: PLC0415  # as above

    options = Options.from_environment()
    options.http_addr = http_addr
    try:
        host, port = options.address()
        check_exposure(host, "--http-addr", is_meant=expose)
        code = join(load_apps(modules, options))
        listening = _listen(host, port)
    except (SkysynError, OSError) as error:
        sys.exit(f"cannot run: {error}")
    address = f"http://{host}:{listening.getsockname()[1]}"
    typer.echo(f"# cloud code of {', '.join(modules)} on {address}")
    sys.stdout.flush()
    try:
        _serve(wsgi(code), listening)
    finally:
        code.close()


def _listen(host: str, port: int) -> socket.socket:
    address = host.strip("[]")
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    return socket.create_server((address, port), family=family)


def _serve(application: Any, listening: socket.socket) -> None:
    """Serve until a signal; then answer what is asked already."""
    import uvicorn  # noqa: PLC0415  # only when it is installed
    from a2wsgi import WSGIMiddleware  # noqa: PLC0415  # as above

    threads: Any = WSGIMiddleware(application, workers=_WORKERS)
    server = uvicorn.Server(uvicorn.Config(threads, log_level="warning"))
    # uvicorn hands the signal on when it has answered
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with suppress(KeyboardInterrupt):
        server.run(sockets=[listening])


@app.command()
def collect(
    modules: Modules,
    folder: Annotated[Path, typer.Argument(help="Where to put the files.")],
    *,
    force_assets: Annotated[
        bool, typer.Option("--force-assets", help="Replace files that are there.")
    ] = False,
) -> None:
    """Copy the static assets of cloud code to a folder that a web server shows."""
    _check_installed()
    from skysyn.cloud.assets import collect as copy  # noqa: PLC0415  # as above

    try:
        made = copy(load_apps(modules).values(), folder, force=force_assets)
    except (SkysynError, OSError) as error:
        sys.exit(f"cannot collect: {error}")
    typer.echo(f"# {len(made)} files in {folder}")


def _check_installed() -> None:
    if any(find_spec(name) is None for name in ("sqlalchemy", "werkzeug", "uvicorn")):
        sys.exit(_MISSING)
