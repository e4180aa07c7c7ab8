"""Static assets: files that cloud code publishes."""

from __future__ import annotations

import inspect
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from werkzeug.security import safe_join

from skysyn import cloud

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping


class StaticAssetsLoader:
    """Where files come from; the base of others."""

    def get_asset(self, name: str) -> bytes | None:
        """Return the content of a file."""
        del name
        return None

    def exists_asset(self, name: str) -> bool:
        """Return whether there is a file of this name."""
        del name
        return False

    def copy_into(self, path: str) -> None:
        """Copy every file into the folder *path*."""


class LoadedAssets(StaticAssetsLoader):
    """Files that a loader of ours gives."""

    def __init__(self, loader: cloud.Loader) -> None:
        self._loader = loader

    def get_asset(self, name: str) -> bytes | None:
        """Return the content of a file."""
        return self._loader.get(name)

    def exists_asset(self, name: str) -> bool:
        """Return whether there is a file of this name."""
        return self._loader.get(name) is not None

    def copy_into(self, path: str) -> None:
        """Copy every file into the folder *path*."""
        for name in self._loader.paths():
            inside = safe_join(path, name.lstrip("/"))
            if inside is not None:
                Path(inside).parent.mkdir(parents=True, exist_ok=True)
                Path(inside).write_bytes(self._loader.get(name) or b"")


class DictStaticAssetsLoader(LoadedAssets):
    """Files that are given by their paths."""

    def __init__(self, contents: Mapping[str, bytes]) -> None:
        super().__init__(cloud.DictAssets(contents))


class DirectoryStaticAssetsLoader(LoadedAssets):
    """The files of a folder."""

    def __init__(self, dirpath: str) -> None:
        self.dirpath = str(Path(dirpath).absolute())
        super().__init__(cloud.DirectoryAssets(self.dirpath))


class PackageStaticAssetsLoader(LoadedAssets):
    """The files in a folder of an installed package."""

    def __init__(self, package_name: str, package_path: str) -> None:
        super().__init__(cloud.package_assets(package_name, package_path))


def directory_assets(path: str = "static") -> DirectoryStaticAssetsLoader:
    """Return the files of the folder *path*."""
    return DirectoryStaticAssetsLoader(path)


def relative_assets(
    path: str = "static", current_file: str | None = None
) -> DirectoryStaticAssetsLoader:
    """Return the files of the folder *path* beside *current_file*, the caller's."""
    if current_file is None:
        current_file = inspect.stack()[1].filename
    return DirectoryStaticAssetsLoader(str(Path(current_file).parent / path))


def package_assets(
    package_name: str, path: str = "static"
) -> PackageStaticAssetsLoader:
    """Return the files in the folder *path* of an installed package."""
    return PackageStaticAssetsLoader(package_name, path)


class _Published:
    """The files of a loader as the app asks for them."""

    def __init__(self, loader: StaticAssetsLoader) -> None:
        self._loader = loader

    def get(self, path: str) -> bytes | None:
        return self._loader.get_asset(path) if self._loader.exists_asset(path) else None

    def paths(self) -> Iterator[str]:
        with TemporaryDirectory() as folder:
            inside = Path(folder, "assets")
            self._loader.copy_into(str(inside))
            found = [file for file in inside.rglob("*") if file.is_file()]
            yield from sorted(file.relative_to(inside).as_posix() for file in found)


def publish(
    prefix: str, function: Callable[[], StaticAssetsLoader | str | None]
) -> None:
    """Publish the files that *function* returns, under `/static/` *prefix*."""

    def load() -> cloud.Loader:
        found = function()
        if isinstance(found, str):
            return cloud.DirectoryAssets(found)
        return _Published(StaticAssetsLoader() if found is None else found)

    cloud.static_assets(prefix)(load)
