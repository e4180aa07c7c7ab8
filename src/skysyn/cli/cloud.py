"""`skysyn cloud`: cloud code as a program of its own, behind a Skygear server."""

from __future__ import annotations

import logging
import sys
from importlib.util import find_spec
from pathlib import Path  # noqa: TC003  # typer reads it
from typing import Annotated, Any

import typer

from skysyn.errors import SkysynError

_MISSING = "cloud code needs its extra: pip install 'skysyn[cloud]'"
_WORKERS = 32
app = typer.Typer(help="Run cloud code.", no_args_is_help=True)

Module = Annotated[str, typer.Argument(help="A file, or an importable name.")]


@app.command()
def run(
    module: Module,
    *,
    http_addr: Annotated[
        str, typer.Option(envvar="HTTP_ADDR", help="Listen on this host:port.")
    ] = "127.0.0.1:8000",
    log_level: Annotated[
        str, typer.Option(envvar="LOG_LEVEL", help="debug, info, warning or error.")
    ] = "info",
) -> None:
    """Answer a Skygear server that has this program for a plugin, until Ctrl-C.

    Who reaches the port may call everything: the protocol has no login.
    """
    _check_installed()
    logging.basicConfig(level=log_level.upper())
    import uvicorn  # noqa: PLC0415  # only when it is installed
    from a2wsgi import WSGIMiddleware  # noqa: PLC0415  # as above

    from skysyn.cloud import Options, load_code, wsgi  # noqa: PLC0415  # as above

    options = Options.from_environment()
    options.http_addr = http_addr
    try:
        host, port = options.address()
        code = load_code(module, options)
    except SkysynError as error:
        sys.exit(f"cannot run {module}: {error}")
    typer.echo(f"# cloud code of {module} on http://{host}:{port}")
    sys.stdout.flush()
    application: Any = wsgi(code)
    threads = WSGIMiddleware(application, workers=_WORKERS)
    try:
        uvicorn.run(threads, host=host, port=port, log_level="warning")
    finally:
        code.close()


@app.command()
def collect(
    module: Module,
    folder: Annotated[Path, typer.Argument(help="Where to put the files.")],
    *,
    force_assets: Annotated[
        bool, typer.Option("--force-assets", help="Replace files that are there.")
    ] = False,
) -> None:
    """Copy the static assets of cloud code to a folder that a web server shows."""
    _check_installed()
    from skysyn.cloud import load_code  # noqa: PLC0415  # only when it is installed
    from skysyn.cloud.assets import collect as copy  # noqa: PLC0415  # as above

    try:
        made = copy(load_code(module), folder, force=force_assets)
    except SkysynError as error:
        sys.exit(f"cannot collect: {error}")
    typer.echo(f"# {len(made)} files in {folder}")


def _check_installed() -> None:
    if any(find_spec(name) is None for name in ("sqlalchemy", "werkzeug", "uvicorn")):
        sys.exit(_MISSING)
