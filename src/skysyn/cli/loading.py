"""Loading: apps for commands, which say in a line what is wrong in the code."""

from __future__ import annotations

import logging
from traceback import extract_tb
from typing import TYPE_CHECKING

import attrs
import typer

from skysyn.errors import DeclarationError, SkysynError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from skysyn.cloud import App, Options

_log = logging.getLogger("skysyn.cloud")


def load_apps(modules: Iterable[str], options: Options | None = None) -> dict[str, App]:
    """Return the app of each of *modules*; say on stderr which registers nothing.

    Raises:
        DeclarationError: there is none, or it fails.
    """
    from skysyn.cloud.loading import loading  # noqa: PLC0415  # only when it is used

    asked = [*modules]
    if "" in asked:
        msg = "a module's name is empty: name a file, a folder or a module"
        raise DeclarationError(msg)
    with loading(asked) as load:
        return {module: _load(load, module, options) for module in asked}


def _load(
    load: Callable[[str, Options | None], App], module: str, options: Options | None
) -> App:
    try:
        app = load(module, options)
    except SkysynError:
        raise
    except Exception as error:
        _log.debug("%s failed", module, exc_info=True)
        msg = f"{module} cannot be run: {_told(error)}"
        raise DeclarationError(msg) from error
    if not any(attrs.astuple(app.registry, recurse=False)):
        typer.echo(f"# {module} registers nothing", err=True)
    return app


def _told(error: Exception) -> str:
    """Return what an error of the code says, and where in it that was."""
    said = f"{type(error).__name__}: {error}"
    if isinstance(error, SyntaxError):  # which says where by itself
        return said
    last = extract_tb(error.__traceback__)[-1]
    return f"{said} ({last.filename}:{last.lineno})"
