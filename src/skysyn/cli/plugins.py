"""Plugins: the cloud code that the original's variable `PLUGINS` names."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import typer

if TYPE_CHECKING:
    from collections.abc import Mapping

_INSTEAD = {
    "zmq": "let it listen by HTTP (py-skygear --http), or name its module by --code",
    "exec": "name its module by --code",
}


@attrs.frozen
class Plugins:
    """Where plugins listen, and what is to be said of those that cannot be run."""

    urls: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()


def find_plugins(environ: Mapping[str, str]) -> Plugins:
    """Return the plugins that variables name.

    Raises:
        BadParameter: they do not say how one is reached.
    """
    names = [name.strip() for name in environ.get("PLUGINS", "").split(",")]
    urls: list[str] = []
    lines: list[str] = []
    for name in filter(None, names):
        if not name.isidentifier():
            msg = f"{name!r} is no name of a plugin: several are divided by commas"
            raise typer.BadParameter(msg, param_hint="PLUGINS")
        transport = environ.get(f"{name}_TRANSPORT", "")
        match transport:
            case "http":
                urls.append(_url(name, environ.get(f"{name}_PATH", "")))
            case "zmq" | "exec":
                said = (
                    f"PLUGINS: {name} is not run, as {transport} is not spoken here: "
                )
                lines.append(said + _INSTEAD[transport])
            case _:
                msg = f"{transport!r} is no transport: set it to http"
                raise typer.BadParameter(msg, param_hint=f"{name}_TRANSPORT")
    return Plugins(tuple(urls), tuple(lines))


def _url(name: str, path: str) -> str:
    if not path.startswith(("http://", "https://")):
        msg = f"{path!r} is no URL of a plugin: write it as in http://127.0.0.1:8000"
        raise typer.BadParameter(msg, param_hint=f"{name}_PATH")
    return path
