"""Copying: files of a transfer between two shares, which appear when complete."""

from __future__ import annotations

import os
import stat
import time
from typing import TYPE_CHECKING, Protocol

import attrs

from . import unfinished
from .folders import make_folder, make_way, told
from .walking import Leaf, entries, follow, reach

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractContextManager

    from .paths import Names
    from .walking import Ground

_PIECE = 1024 * 1024
_PAUSE = 0.02


@attrs.frozen
class Way:
    """A file or folder at *names*, and the place at *others* that it goes to."""

    ground: Ground
    names: Names
    other: Ground
    others: Names


class Leave(Protocol):
    """Whether somebody still wants what is copied; each raises if nobody does."""

    def check(self) -> None:
        """Go on, or not."""
        ...

    def keep(self) -> AbstractContextManager[None]:
        """Let nobody take it back while a file gets its name."""
        ...


def copy(ways: Sequence[Way], mark: str, leave: Leave) -> bool:
    """Copy files and folders to their places, over the files that are there.

    Folders on the way are made. Links and devices inside a folder are left out. A
    file has its name once all of it is there; until then its name has the *mark*.
    Returns whether it was done: it is not if another process is at it.

    Raises:
        RemoteError: it cannot be read, or not be written.
    """
    first = ways[0]
    place = first.others[:-1]
    with told(first.others):
        make_way(first.other, place)
        with (
            reach(first.other, (*place, unfinished.lock(mark))) as leaf,
            unfinished.held(leaf) as lock,
        ):
            if lock is None:
                return False
            for way in ways:
                _Copy(mark, leave).go(way)
    return True


@attrs.frozen
class _Copy:
    mark: str
    leave: Leave

    def go(self, way: Way) -> None:
        with told(way.others):
            make_way(way.other, way.others[:-1])
            with (
                follow(way.ground, way.names) as leaf,
                reach(way.other, way.others) as target,
            ):
                self._copy(leaf, target)

    def _copy(self, leaf: Leaf, target: Leaf) -> None:
        mode = leaf.status().st_mode
        if stat.S_ISREG(mode):
            self._copy_file(leaf, target)
        elif stat.S_ISDIR(mode):
            self._copy_folder(leaf, target)

    def _copy_folder(self, leaf: Leaf, target: Leaf) -> None:
        self.leave.check()
        make_folder(target)
        source = leaf.open(os.O_RDONLY | os.O_DIRECTORY)
        try:
            made = target.open(os.O_RDONLY | os.O_DIRECTORY)
            try:
                for name in [entry.name for entry in entries(source)]:
                    if not unfinished.is_unfinished(name):
                        self._copy(Leaf(source, name), Leaf(made, name))
            finally:
                os.close(made)
        finally:
            os.close(source)

    def _copy_file(self, leaf: Leaf, target: Leaf) -> None:
        name = unfinished.part(self.mark)
        source = leaf.open(os.O_RDONLY | os.O_NONBLOCK)
        try:
            while not self._fill(source, Leaf(target.folder, name), target):
                self.leave.check()
                time.sleep(_PAUSE)
        finally:
            os.close(source)

    def _fill(self, source: int, made: Leaf, target: Leaf) -> bool:
        """Copy a file and give it its name; not while somebody sweeps it away."""
        with unfinished.held(made) as opened:
            if opened is None:
                return False
            # one that a killed server left is begun anew
            os.ftruncate(opened, 0)
            while piece := os.read(source, _PIECE):
                self.leave.check()
                _write(opened, piece)
            # else a power cut may leave the name with nothing behind it
            os.fsync(opened)
            with self.leave.keep():
                os.rename(
                    made.name,
                    target.name,
                    src_dir_fd=made.folder,
                    dst_dir_fd=target.folder,
                )
        return True


def _write(opened: int, piece: bytes) -> None:
    rest = memoryview(piece)
    while rest:
        rest = rest[os.write(opened, rest) :]
