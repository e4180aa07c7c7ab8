"""Unfinished: hidden files that stand in for others until those are complete.

Whoever writes one holds a lock on it, which the system takes back if the writer is
killed. So what nobody holds is of no use any more.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import sys
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from .walking import Leaf, entries

if TYPE_CHECKING:
    from collections.abc import Generator

if sys.platform != "win32":
    import fcntl

_NAME = re.compile(r"\.skysyn-[0-9a-f]{32}\.(part|lock)")
_FLAGS = os.O_RDWR | os.O_CREAT


def is_unfinished(name: str) -> bool:
    """Whether *name* is that of a file which is of nobody's business."""
    return _NAME.fullmatch(name) is not None


def mark_of(workspace: str, task: str) -> str:
    """Return what the unfinished files of a task have in their names."""
    return hashlib.sha256(f"{workspace}/{task}".encode()).hexdigest()[:32]


def part(mark: str) -> str:
    """Return the name of a file that is not all there."""
    return f".skysyn-{mark}.part"


def lock(mark: str) -> str:
    """Return the name of the file that says who is at it."""
    return f".skysyn-{mark}.lock"


@contextmanager
def held(leaf: Leaf) -> Generator[int | None]:
    """Open a file and hold it, until it is deleted; None if somebody else does."""
    opened = _take(leaf)
    if opened is None:
        yield None
        return
    try:
        yield opened
    finally:
        if _is_same(leaf, opened):
            _forget(leaf)
        os.close(opened)


def _take(leaf: Leaf) -> int | None:
    while True:
        opened = leaf.open(_FLAGS)
        try:
            is_mine = _is_locked(opened)
        except BaseException:
            os.close(opened)
            raise
        if is_mine and _is_same(leaf, opened):
            return opened
        os.close(opened)
        if not is_mine:
            return None
        # who held it has deleted it meanwhile: this was the file before


def _is_locked(opened: int) -> bool:
    """Lock a file; a disk that knows no locks is taken for nobody else's."""
    if sys.platform == "win32":
        return True
    try:
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno not in {errno.EWOULDBLOCK, errno.EACCES}
    return True


def _is_same(leaf: Leaf, opened: int) -> bool:
    try:
        return os.path.samestat(leaf.status(), os.fstat(opened))
    except FileNotFoundError:
        return False


def _forget(leaf: Leaf) -> None:
    with suppress(FileNotFoundError):
        os.unlink(leaf.name, dir_fd=leaf.folder)


def sweep(folder: int) -> None:
    """Delete the unfinished files in an open folder that nobody holds any more."""
    names = [one.name for one in entries(folder) if is_unfinished(one.name)]
    for name in names:
        # what cannot be deleted here stays hidden
        with suppress(OSError), held(Leaf(folder, name)):
            continue
