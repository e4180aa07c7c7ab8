"""Static assets: files that an app publishes under `/static/` (protocol §20.15)."""

from __future__ import annotations

import mimetypes
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from werkzeug import Response
from werkzeug.security import safe_join

from skysyn.dialects.skygear.refusals import refuse
from skysyn.errors import DeclarationError, StateError

from .registry import Handler

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from importlib.resources.abc import Traversable

    from .app import App
    from .messages import Request

PUBLIC = "public_html"
ROOT = "static/"


@runtime_checkable
class Loader(Protocol):
    """Where files come from."""

    def get(self, path: str) -> bytes | None:
        """Return the content of the file at *path*, None if there is none."""
        ...

    def paths(self) -> Iterator[str]:
        """Yield the path of every file."""
        ...


class DirectoryAssets:
    """The files of a folder."""

    def __init__(self, folder: str | Path) -> None:
        self._folder = Path(folder)

    def get(self, path: str) -> bytes | None:
        """Return the content of the file at *path*, None if there is none."""
        inside = safe_join(str(self._folder), path)
        found = None if inside is None else Path(inside)
        return found.read_bytes() if found is not None and found.is_file() else None

    def paths(self) -> Iterator[str]:
        """Yield the path of every file."""
        for found in sorted(self._folder.rglob("*")):
            if found.is_file():
                yield found.relative_to(self._folder).as_posix()


class DictAssets:
    """Files that are given by their paths."""

    def __init__(self, contents: Mapping[str, bytes]) -> None:
        self._contents = contents

    def get(self, path: str) -> bytes | None:
        """Return the content of the file at *path*, None if there is none."""
        return self._contents.get(path)

    def paths(self) -> Iterator[str]:
        """Yield the path of every file."""
        yield from sorted(self._contents)


def directory_assets(path: str | Path) -> DirectoryAssets:
    """Return the files of the folder *path*."""
    return DirectoryAssets(path)


def relative_assets(path: str, file: str) -> DirectoryAssets:
    """Return the files of the folder *path* beside *file*, as in `__file__`."""
    return DirectoryAssets(Path(file).parent / path)


def package_assets(package: str, path: str) -> DictAssets:
    """Return the files in the folder *path* of an installed package."""
    return DictAssets(dict(_inside(files(package) / path, "")))


def _inside(folder: Traversable, prefix: str) -> Iterator[tuple[str, bytes]]:
    for found in folder.iterdir():
        path = f"{prefix}{found.name}"
        if found.is_dir():
            yield from _inside(found, f"{path}/")
        else:
            yield path, found.read_bytes()


def loaders(app: App) -> dict[str, Loader]:
    """Return where the files of *app* come from, by prefix.

    The folder `public_html` beside the running program is one, unless options say no.
    """
    found: dict[str, Loader] = {}
    if Path(PUBLIC).is_dir() and not app.options.ignore_public_html:
        found[""] = DirectoryAssets(PUBLIC)
    for prefix, function in app.registry.assets.items():
        found[prefix] = _loader(prefix, function())
    return found


def _loader(prefix: str, made: object) -> Loader:
    if isinstance(made, (str, Path)):
        return DirectoryAssets(made)
    if isinstance(made, Loader):
        return made
    msg = (
        f"the function of @static_assets({prefix!r}) returned {made!r:.80}: "
        "return a folder, or what directory_assets() and its like do"
    )
    raise DeclarationError(msg)


def publish(app: App) -> None:
    """Let *app* answer requests for its files, if its options say so."""
    if app.options.serve_static_assets and (known := loaders(app)):
        app.registry.handlers[ROOT, "GET"] = Handler(
            ROOT, "GET", lambda request: _answer(known, request)
        )


def is_published(app: App) -> bool:
    """Return whether *app* answers requests for its files."""
    return (ROOT, "GET") in app.registry.handlers


def _answer(known: Mapping[str, Loader], request: Request) -> Response:
    path = request.path.removeprefix(f"/{ROOT}")
    # the longest prefix first, so that the empty one hides no other
    for prefix in sorted(known, key=len, reverse=True):
        inside = path.removeprefix(f"{prefix}/") if prefix else path
        content = None
        if inside != path or not prefix:
            content = known[prefix].get(inside)
        if content is not None:
            kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
            return Response(content, content_type=kind)
    raise refuse(110, f"there is no file {path}")


def collect(apps: Iterable[App], folder: Path, *, force: bool = False) -> list[Path]:
    """Copy every file of *apps* to `static/` in *folder*; return where they are.

    Of files that two of them have in one place the later's is copied.

    Raises:
        StateError: one is there already, and *force* does not say to replace it.
    """
    found = {
        folder / ROOT / prefix / path: (loader, path)
        for app in apps
        for prefix, loader in loaders(app).items()
        for path in loader.paths()
    }
    there = next((target for target in found if target.exists()), None)
    if there is not None and not force:
        msg = f"{there} exists: replace it by --force-assets"
        raise StateError(msg)
    for target, (loader, path) in found.items():
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(loader.get(path) or b"")
    return [*found]
