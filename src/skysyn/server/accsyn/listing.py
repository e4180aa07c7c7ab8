"""Listing: what is in a real folder, in the service's words."""

from __future__ import annotations

import os
import stat
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeAlias

import attrs

from skysyn.dialects.accsyn import values
from skysyn.dialects.accsyn.refusals import invalid
from skysyn.errors import RemoteError

from . import unfinished
from .filters import Filters
from .walking import Leaf, entries, follow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from skysyn.models import JSON

    from .paths import Names
    from .walking import Ground

FOLDER, FILE = 0, 1
_MOST = 100_000

Sees: TypeAlias = "Callable[[Names], bool]"


@attrs.frozen(kw_only=True)
class Options:
    """What to list: *maxdepth* 1 is what is in the folder itself."""

    recursive: bool = False
    getsize: bool = False
    maxdepth: int | None = None
    files_only: bool = False
    directories_only: bool = False
    filters: Filters = attrs.field(factory=Filters)

    @classmethod
    def load(cls, data: Mapping[str, JSON]) -> Options:
        """Return the options that a request has.

        Raises:
            InvalidRequest: one of them is none.
        """
        files_only = _flag(data, "files_only")
        return cls(
            recursive=_flag(data, "recursive") and not files_only,
            getsize=_flag(data, "getsize"),
            maxdepth=_depth(data),
            files_only=files_only,
            directories_only=_flag(data, "directories_only"),
            filters=Filters.load(data),
        )


def _flag(data: Mapping[str, JSON], key: str) -> bool:
    value = data.get(key)
    if isinstance(value, bool) or value is None:
        return bool(value)
    msg = f"{key}: true or false is wanted, not {value!r:.40}"
    raise invalid(msg)


def _depth(data: Mapping[str, JSON]) -> int | None:
    value = data.get("maxdepth")
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        msg = f"maxdepth: a whole number from 1 is wanted, not {value!r:.40}"
        raise invalid(msg)
    return value


@attrs.define
class Lister:
    """Lists below one *ground*; *sees* says which names the caller may see."""

    ground: Ground
    options: Options
    sees: Sees
    _left: int = _MOST

    def read(self, folder: int, names: Names, depth: int = 1) -> list[JSON]:
        """Return the entries of an open folder, which is at *names*."""
        return [
            self._show(leaf, status, (*names, leaf.name), depth)
            for leaf, status in self._shown(folder, names)
        ]

    def one(self, leaf: Leaf, names: Names) -> list[JSON]:
        """Return the entry of what is at *names*; none if nothing is."""
        status = self._status(leaf, names)
        return [] if status is None else [self._show(leaf, status, names, 1)]

    def _show(
        self, leaf: Leaf, status: os.stat_result, names: Names, depth: int
    ) -> JSON:
        shown = _entry(leaf.name, status)
        if stat.S_ISDIR(status.st_mode):
            if self.options.getsize:
                shown["size"] = self.size(leaf, status, names)
            if self._enters(depth):
                shown["files"] = self._inside(leaf, names, depth)
        return shown

    def size(self, leaf: Leaf, status: os.stat_result, names: Names) -> int:
        """Return the bytes of a file, or of everything in a folder."""
        if not stat.S_ISDIR(status.st_mode):
            return status.st_size
        if _is_link(leaf):
            return 0
        folder = leaf.open(os.O_RDONLY | os.O_DIRECTORY)
        try:
            return sum(
                self.size(one, found, (*names, one.name))
                for one, found in self._allowed(folder, names)
                if self._counts(one.name, found)
            )
        finally:
            os.close(folder)

    def _counts(self, name: str, status: os.stat_result) -> bool:
        is_folder = stat.S_ISDIR(status.st_mode)
        return self.options.filters.shows(name, is_folder=is_folder)

    def _enters(self, depth: int) -> bool:
        options = self.options
        is_deep = options.maxdepth is not None and depth >= options.maxdepth
        return options.recursive and not is_deep

    def _inside(self, leaf: Leaf, names: Names, depth: int) -> list[JSON]:
        # links are shown and not entered: they may lead round in a circle
        if _is_link(leaf):
            return []
        folder = leaf.open(os.O_RDONLY | os.O_DIRECTORY)
        try:
            return self.read(folder, names, depth + 1)
        finally:
            os.close(folder)

    def _shown(
        self, folder: int, names: Names
    ) -> Iterator[tuple[Leaf, os.stat_result]]:
        for leaf, status in self._allowed(folder, names):
            is_folder = stat.S_ISDIR(status.st_mode)
            if self.options.directories_only and not is_folder:
                continue
            if self.options.files_only and is_folder:
                continue
            if self.options.filters.shows(leaf.name, is_folder=is_folder):
                yield leaf, status

    def _allowed(
        self, folder: int, names: Names
    ) -> Iterator[tuple[Leaf, os.stat_result]]:
        """Yield the files and folders that the caller may see, in order."""
        for name in _names(folder):
            self._left -= 1
            if self._left < 0:
                msg = f"there are more than {_MOST} files: list a folder below, or "
                msg += "with maxdepth"
                raise invalid(msg)
            if not self.sees((*names, name)):
                continue
            leaf = Leaf(folder, name)
            status = self._status(leaf, (*names, name))
            if status is not None:
                yield leaf, status

    def _status(self, leaf: Leaf, names: Names) -> os.stat_result | None:
        """Return what a file or folder is; None for devices, and links out of here."""
        try:
            status = leaf.status()
            if stat.S_ISLNK(status.st_mode):
                with follow(self.ground, names) as end:
                    status = end.status()
        except (OSError, RemoteError):
            return None
        return status if is_plain(status) else None


def _names(folder: int) -> list[str]:
    """Return what is in a folder, without files that are not all there."""
    names = sorted(entry.name for entry in entries(folder))
    shown = [name for name in names if not unfinished.is_unfinished(name)]
    if len(shown) < len(names):
        unfinished.sweep(folder)
    return shown


def is_plain(status: os.stat_result) -> bool:
    """Whether it is a file or a folder, and no pipe or device."""
    return stat.S_ISDIR(status.st_mode) or stat.S_ISREG(status.st_mode)


def _is_link(leaf: Leaf) -> bool:
    return stat.S_ISLNK(leaf.status().st_mode)


def _entry(name: str, status: os.stat_result) -> dict[str, JSON]:
    is_folder = stat.S_ISDIR(status.st_mode)
    modified = datetime.fromtimestamp(int(status.st_mtime), UTC)
    return {
        "type": FOLDER if is_folder else FILE,
        # bytes that are no text cannot be sent
        "filename": name.encode(errors="surrogateescape").decode(errors="replace"),
        "size": 0 if is_folder else status.st_size,
        "modified": values.dump(modified),
    }
