"""Walking: from a folder to what is below it, and never out of it.

Each step opens one name in a folder that is open already, and follows no link by
itself. So nobody can lead elsewhere by exchanging a folder for a link meanwhile.
"""

from __future__ import annotations

import os
import stat
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import attrs

from skysyn.dialects.accsyn.refusals import denied
from skysyn.errors import StateError

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from pathlib import Path

    from skysyn.errors import PermissionDenied

    from .paths import Names

_MOST_LINKS = 40
_NEEDED = (os.open, os.stat, os.mkdir, os.rename, os.unlink, os.rmdir, os.readlink)


@attrs.frozen
class Leaf:
    """A name in an open folder; there may be nothing by that name."""

    folder: int
    name: str

    def status(self) -> os.stat_result:
        """Return what the name stands for, not what a link leads to."""
        return os.stat(self.name, dir_fd=self.folder, follow_symlinks=False)

    def open(self, flags: int, mode: int = 0o666) -> int:
        """Open what the name stands for; a link is refused."""
        flags |= os.O_NOFOLLOW | os.O_CLOEXEC
        return os.open(self.name, flags, mode, dir_fd=self.folder)


def open_root(root: Path) -> int:
    """Return an open folder that walks start in.

    Raises:
        StateError: this system cannot keep a walk inside.
    """
    if not os.supports_dir_fd.issuperset(_NEEDED):
        msg = "shares over real folders need a system with openat(), as Linux and macOS"
        raise StateError(msg)
    return os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)


@attrs.frozen
class Ground:
    """What a walk does not leave: the folder at *base* below *root*, a real path."""

    root: Path
    base: Names = ()


class _Walk:
    """The folders on the way, each opened in the one before."""

    def __init__(self, ground: Ground) -> None:
        self._top = ground.root
        self._open = [open_root(ground.root)]
        self._floor = 1
        self._links = 0
        try:
            for name in ground.base:
                self.step(name)
        except BaseException:
            self.close()
            raise
        self._top = ground.root.joinpath(*ground.base)
        self._floor = len(self._open)

    @property
    def here(self) -> int:
        """The folder that was reached."""
        return self._open[-1]

    def close(self) -> None:
        """Close all folders."""
        while self._open:
            os.close(self._open.pop())

    def step(self, name: str) -> None:
        """Go into the folder *name*, or back where a link says `..`."""
        if name == "..":
            self._back()
            return
        leaf = Leaf(self.here, name)
        if not stat.S_ISLNK(leaf.status().st_mode):
            self._open.append(leaf.open(os.O_RDONLY | os.O_DIRECTORY))
            return
        for one in self.target(leaf):
            self.step(one)

    def _back(self) -> None:
        if len(self._open) <= self._floor:
            raise _leaves()
        os.close(self._open.pop())

    def target(self, leaf: Leaf) -> list[str]:
        """Return the way that a link describes; from the top if it is absolute."""
        self._links += 1
        if self._links > _MOST_LINKS:
            refusal = denied("path has too many links on its way")
            raise refusal
        target = PurePosixPath(os.readlink(leaf.name, dir_fd=leaf.folder))
        if target.is_absolute():
            if not target.is_relative_to(self._top):
                raise _leaves()
            target = target.relative_to(self._top)
            while len(self._open) > self._floor:
                self._back()
        return list(target.parts)


def _leaves() -> PermissionDenied:
    return denied("path leads out of the share by a link")


@contextmanager
def walk(ground: Ground, names: Names) -> Generator[int]:
    """Open the folder at *names*.

    Raises:
        OSError, RemoteError: there is none, or it is not inside.
    """
    steps = _Walk(ground)
    try:
        for name in names:
            steps.step(name)
        yield steps.here
    finally:
        steps.close()


@contextmanager
def reach(ground: Ground, names: Names) -> Generator[Leaf]:
    """Reach the last of *names* in the folder it is in; a link there stays one."""
    with walk(ground, names[:-1]) as folder:
        yield Leaf(folder, names[-1])


@contextmanager
def follow(ground: Ground, names: Names) -> Generator[Leaf]:
    """Reach what is at *names* in the end, through a link there as well."""
    steps = _Walk(ground)
    try:
        *way, last = names or (".",)
        for name in way:
            steps.step(name)
        leaf = Leaf(steps.here, last)
        while stat.S_ISLNK(leaf.status().st_mode):
            *way, last = steps.target(leaf) or ["."]
            for name in [*way, last] if last == ".." else way:
                steps.step(name)
            leaf = Leaf(steps.here, "." if last == ".." else last)
        yield leaf
    finally:
        steps.close()


def entries(folder: int) -> Iterator[os.DirEntry[str]]:
    """Yield what is in an open folder, by name, in any order."""
    with os.scandir(folder) as found:
        yield from found
