"""Loading: running the module that cloud code is in, for one app."""

from __future__ import annotations

import importlib
import sys
from contextlib import contextmanager
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import TYPE_CHECKING

from skysyn.errors import DeclarationError

from .app import App
from .context import Running, entered
from .inclusion import include

if TYPE_CHECKING:
    from collections.abc import Generator
    from types import ModuleType

    from .configuration import Options


_MARK = "__skysyn_code__"


def load_code(module: str, options: Options | None = None) -> App:
    """Run *module*, a file, a package's folder or an importable name; return its app.

    What its decorators register is in the app; an `includeme()` of what is no file is
    called. Modules that an earlier load imported from its folder are run anew, so that
    they register too.

    Raises:
        DeclarationError: there is no such module.
    """
    app, folder = App(options), folder_of(module)
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))
    with _anew(folder), entered(Running(app)):
        if module.endswith(".py"):
            _run_file(Path(module).absolute())
        else:
            path = Path(module).absolute()
            include(_import(path.name if path.is_dir() else module))
    return app


def folder_of(module: str) -> Path:
    """Return the folder that *module* is in, or is looked for."""
    path = Path(module).absolute()
    return path.parent if module.endswith(".py") or path.is_dir() else Path.cwd()


@contextmanager
def _anew(folder: Path) -> Generator[None]:
    """Forget modules of cloud code; an error that leaves this block brings them back.

    What it imported from *folder* is forgotten the next time.
    """
    forgotten = _forget_marked()
    known = set(sys.modules)
    try:
        yield
    except BaseException:
        for name in _mark_new(known, folder):
            del sys.modules[name]
        # the code of before goes on: what it looks up by its modules' names is there
        sys.modules.update(forgotten)
        raise
    _mark_new(known, folder)


def _run_file(path: Path) -> None:
    # no importable name, so that app.py or calendar.py hides no module from others
    name = f".{path.stem}"
    spec = spec_from_file_location(name, path)
    if not path.is_file() or spec is None or spec.loader is None:
        msg = f"there is no cloud code in {path}"
        raise DeclarationError(msg)
    module = module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)


def _import(name: str) -> ModuleType:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name is None or not f"{name}.".startswith(f"{error.name}."):
            raise
        msg = f"there is no module {name!r} to load cloud code from"
        raise DeclarationError(msg) from error


def _mark_new(known: set[str], folder: Path) -> list[str]:
    """Mark what is not *known* and is of *folder* as to be run anew; return its names.

    What is installed is left alone.
    """
    new = {name: sys.modules[name] for name in set(sys.modules) - known}
    marked = [name for name, module in new.items() if _is_of(module, folder)]
    for name in marked:
        setattr(new[name], _MARK, True)
    return marked


def _is_of(module: ModuleType, folder: Path) -> bool:
    file = getattr(module, "__file__", None)
    if file is None or folder not in Path(file).parents:
        return False
    is_installed = "site-packages" in Path(file).relative_to(folder).parts
    return not is_installed and not module.__name__.startswith("skysyn.")


def _forget_marked() -> dict[str, ModuleType]:
    marked = {
        name: module
        for name, module in list(sys.modules.items())
        if getattr(module, _MARK, False) is True
    }
    for name in marked:
        del sys.modules[name]
    return marked
