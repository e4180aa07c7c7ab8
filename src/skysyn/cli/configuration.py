"""Configuration: options from a TOML file, for those that are not given."""

from __future__ import annotations

import tomllib
from pathlib import Path  # noqa: TC003  # typer resolves it
from typing import Any

import typer


def load_config(context: typer.Context, path: Path | None) -> Path | None:
    """Take what a configuration file says for options that are not given."""
    if path is not None:
        found = {name.replace("-", "_"): value for name, value in _read(path).items()}
        names = _names(context)
        unknown = sorted(found.keys() - names.keys())
        if unknown:
            msg = f"{path} sets {', '.join(unknown)}: there is no such option"
            raise typer.BadParameter(msg)
        taken = {names[name]: value for name, value in found.items()}
        for one in context.command.params:
            # else an option that may be repeated takes each letter for a value
            if getattr(one, "multiple", False) and isinstance(taken.get(one.name), str):
                taken[one.name] = [taken[one.name]]
        context.default_map = {**(context.default_map or {}), **taken}
    return path


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        msg = f"cannot read {path}: {error}"
        raise typer.BadParameter(msg) from error


def _names(context: typer.Context) -> dict[str, str]:
    """Return the parameter that each option sets, by its names without dashes."""
    found: dict[str, str] = {}
    for parameter in context.command.params:
        names = [option.lstrip("-").replace("-", "_") for option in parameter.opts]
        found |= dict.fromkeys([*names, parameter.name], parameter.name)
    return found
