"""Loading: running the module that cloud code is in, for one app."""

from __future__ import annotations

import importlib
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import TYPE_CHECKING

from skysyn.errors import DeclarationError

from .app import App
from .context import Running, entered

if TYPE_CHECKING:
    from types import ModuleType

    from .configuration import Options


_MARK = "__skysyn_code__"


def load_code(module: str, options: Options | None = None) -> App:
    """Run *module*, a file or an importable name, and return the app that it made.

    What its decorators register is in the app. Modules that an earlier load imported
    from its folder are run anew, so that they register too.

    Raises:
        DeclarationError: there is no such module.
    """
    app = App(options)
    is_file = module.endswith(".py")
    folder = Path(module).absolute().parent if is_file else Path.cwd()
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))
    _forget_marked()
    known = set(sys.modules)
    with entered(Running(app)):
        if is_file:
            _run_file(Path(module).absolute())
        else:
            _import(module)
    for name in set(sys.modules) - known:
        _mark(sys.modules[name], folder)
    return app


def _run_file(path: Path) -> None:
    # no importable name, so that app.py or calendar.py hides no module from others
    name = f".{path.stem}"
    spec = spec_from_file_location(name, path)
    if not path.is_file() or spec is None or spec.loader is None:
        msg = f"there is no cloud code in {path}"
        raise DeclarationError(msg)
    module = module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise


def _import(name: str) -> None:
    try:
        importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name is None or not f"{name}.".startswith(f"{error.name}."):
            raise
        msg = f"there is no module {name!r} to load cloud code from"
        raise DeclarationError(msg) from error


def _mark(module: ModuleType, folder: Path) -> None:
    """Mark *module* as one that the next load runs anew, if it is of *folder*."""
    file = getattr(module, "__file__", None)
    if file is not None and folder in Path(file).parents:
        is_installed = "site-packages" in Path(file).relative_to(folder).parts
        if not is_installed and not module.__name__.startswith("skysyn."):
            setattr(module, _MARK, True)


def _forget_marked() -> None:
    for name, module in list(sys.modules.items()):
        if getattr(module, _MARK, False) is True:
            del sys.modules[name]
