"""Environment: variables from a `.env` file, and the one that is no option."""

from __future__ import annotations

import os
from pathlib import Path  # noqa: TC003  # typer resolves it

import typer
from dotenv import load_dotenv


def load_environment(context: typer.Context, path: Path) -> Path:
    """Take the variables of a file that are not set, and the address in `HOST`."""
    _read(context, path)
    # HOST=:3000 is the original's; shells set HOST to a name, which is none of ours
    address, separator, port = os.environ.get("HOST", "").rpartition(":")
    if separator:
        if not port.isdecimal():
            msg = f"HOST is {address}:{port}, without a port: write it as in :3000"
            raise typer.BadParameter(msg, param_hint="HOST")
        listen = {"host": address.strip("[]"), "port": int(port)}
        given = {name: value for name, value in listen.items() if value != ""}
        context.default_map = {**(context.default_map or {}), **given}
    return path


def _read(context: typer.Context, path: Path) -> None:
    source = context.get_parameter_source("env_file")
    is_named = source is not None and source.name != "DEFAULT"
    if is_named and not path.is_file():
        msg = f"there is no file {path}"
        raise typer.BadParameter(msg)
    try:
        load_dotenv(path)
    except (OSError, UnicodeDecodeError) as error:
        msg = f"cannot read {path}: {error}"
        raise typer.BadParameter(msg) from error
