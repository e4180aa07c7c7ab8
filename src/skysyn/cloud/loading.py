"""Loading: running the modules that cloud code is in, each for an app of its own."""

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
from .names import free_name

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Mapping
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
    with loading([module]) as load:
        return load(module, options)


def load_codes(
    modules: Iterable[str], options: Options | None = None
) -> dict[str, App]:
    """Run each of *modules*, as `load_code()` does; return their apps.

    A module that several of them import is run once, and registers with the first.

    Raises:
        DeclarationError: there is no such module, or two files are one module.
    """
    asked = [*modules]
    with loading(asked) as load:
        return {module: load(module, options) for module in asked}


@contextmanager
def loading(
    modules: Iterable[str],
) -> Generator[Callable[[str, Options | None], App]]:
    """Hand out what runs each of *modules*; all of them, or what ran before.

    What an earlier load imported from their folders is forgotten; an error that leaves
    this block brings it back.
    """
    folders = {folder_of(module): None for module in modules}
    forgotten = _forget_marked()
    known = set(sys.modules)

    def load(module: str, options: Options | None) -> App:
        app = App(options)
        _run(module, app)
        _check_names(_mark_new(known, folders), folders)
        return app

    try:
        yield load
    except BaseException:
        for name in _mark_new(known, folders):
            del sys.modules[name]
        # the code of before goes on: what it looks up by its modules' names is there
        sys.modules.update(forgotten)
        raise


def folder_of(module: str) -> Path:
    """Return the folder that *module* is in, or is looked for."""
    path = Path(module).absolute()
    return path.parent if module.endswith(".py") or path.is_dir() else Path.cwd()


def _run(module: str, app: App) -> None:
    folder = folder_of(module)
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))
    with entered(Running(app)):
        if module.endswith(".py"):
            _run_file(Path(module).absolute())
        else:
            path = Path(module).absolute()
            include(_import(path.name if path.is_dir() else module))


def _run_file(path: Path) -> None:
    # no importable name, so that app.py or calendar.py hides no module from others
    name = free_name(f".{path.stem}", sys.modules)
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


def _mark_new(known: set[str], folders: Iterable[Path]) -> dict[str, ModuleType]:
    """Mark what is not *known* and is of *folders* as to be run anew; return it.

    What is installed is left alone.
    """
    new = {name: sys.modules[name] for name in set(sys.modules) - known}
    marked = {
        name: module
        for name, module in new.items()
        if any(_is_of(module, folder) for folder in folders)
    }
    for module in marked.values():
        setattr(module, _MARK, True)
    return marked


def _check_names(loaded: Mapping[str, ModuleType], folders: Iterable[Path]) -> None:
    """Raise DeclarationError if another file is the module of a name that is taken."""
    for name, module in loaded.items():
        file = Path(str(module.__file__))
        for folder in folders:
            for other in (folder / f"{name}.py", folder / name / "__init__.py"):
                if other.is_file() and not other.samefile(file):
                    msg = (
                        f"{other} and {file} are both the module {name!r}: rename one, "
                        "or run one code by `skysyn cloud run` and name its URL"
                    )
                    raise DeclarationError(msg)


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
