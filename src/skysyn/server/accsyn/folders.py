"""Folders: what is done to real files, below a ground that nothing leaves."""

from __future__ import annotations

import errno
import os
import shutil
import stat
from contextlib import contextmanager
from typing import TYPE_CHECKING

from skysyn.dialects.accsyn.refusals import denied, invalid, taken, unknown
from skysyn.errors import Unavailable

from . import unfinished
from .listing import Lister, Options, is_plain
from .paths import join
from .walking import follow, reach, walk

if TYPE_CHECKING:
    from collections.abc import Generator

    from skysyn.errors import RemoteError
    from skysyn.models import JSON

    from .listing import Sees
    from .paths import Names
    from .walking import Ground, Leaf


def everything(names: Names) -> bool:
    """Let a caller see all names."""
    del names
    return True


def ls(
    ground: Ground, names: Names, options: Options, sees: Sees = everything
) -> list[JSON]:
    """Return what is in a folder; of a file, the file itself."""
    with told(names), follow(ground, names) as leaf:
        status = leaf.status()
        if stat.S_ISDIR(status.st_mode):
            folder = leaf.open(os.O_RDONLY | os.O_DIRECTORY)
            try:
                return Lister(ground, options, sees).read(folder, names)
            finally:
                os.close(folder)
    if not is_plain(status):
        raise _odd(names)
    return entry(ground, names, options, sees)


def entry(
    ground: Ground, names: Names, options: Options, sees: Sees = everything
) -> list[JSON]:
    """Return the entry of one file or folder; none if it is not there."""
    with told(names), reach(ground, names) as leaf:
        return Lister(ground, options, sees).one(leaf, names)


def getsize(
    ground: Ground, names: Names, options: Options, sees: Sees = everything
) -> int:
    """Return the bytes of a file, or of all files in a folder."""
    with told(names), follow(ground, names) as leaf:
        status = leaf.status()
        if not is_plain(status):
            raise _odd(names)
        return Lister(ground, options, sees).size(leaf, status, names)


def exists(ground: Ground, names: Names) -> bool:
    """Whether there is a file or a folder."""
    try:
        with follow(ground, names) as leaf:
            return is_plain(leaf.status())
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as error:
        raise _refusal(error, names) from None


def is_folder(ground: Ground, names: Names) -> bool:
    """Whether there is a folder."""
    try:
        with walk(ground, names):
            return True
    except OSError:
        return False


def mkdir(ground: Ground, names: Names) -> None:
    """Make a folder in one that is there."""
    with told(names), reach(ground, names) as leaf:
        os.mkdir(leaf.name, dir_fd=leaf.folder)


def make_way(ground: Ground, names: Names) -> None:
    """Make the folders that are missing on a way."""
    for depth in range(1, len(names) + 1):
        with reach(ground, names[:depth]) as leaf:
            make_folder(leaf)
        with walk(ground, names[:depth]):
            pass


def make_folder(leaf: Leaf) -> None:
    """Make a folder, unless there is one."""
    try:
        os.mkdir(leaf.name, dir_fd=leaf.folder)
    except FileExistsError:
        return


def move(ground: Ground, names: Names, other: Ground, others: Names) -> None:
    """Move a file or folder to a name that is free; a link moves as a link."""
    with (
        told(names),
        reach(ground, names) as leaf,
        reach(other, others) as target,
    ):
        leaf.status()
        try:
            target.status()
        except FileNotFoundError:
            pass
        else:
            raise _taken(others)
        _rename(leaf.folder, leaf.name, target.folder, target.name)


def _rename(folder: int, name: str, other: int, new: str) -> None:
    try:
        os.rename(name, new, src_dir_fd=folder, dst_dir_fd=other)
    except OSError as error:
        if error.errno == errno.EXDEV:
            msg = "the shares are on different disks: copy with a transfer instead"
            raise invalid(msg) from None
        raise


def delete(ground: Ground, names: Names, *, force: bool) -> None:
    """Delete a file, a link or an empty folder; by *force* a full one."""
    with told(names), reach(ground, names) as leaf:
        if not stat.S_ISDIR(leaf.status().st_mode):
            os.unlink(leaf.name, dir_fd=leaf.folder)
        elif force:
            shutil.rmtree(leaf.name, dir_fd=leaf.folder)
        else:
            _remove_folder(leaf)


def _remove_folder(leaf: Leaf) -> None:
    folder = leaf.open(os.O_RDONLY | os.O_DIRECTORY)
    try:
        # what nobody is shown does not keep a folder either
        unfinished.sweep(folder)
    finally:
        os.close(folder)
    os.rmdir(leaf.name, dir_fd=leaf.folder)


@contextmanager
def told(names: Names) -> Generator[None]:
    """Say what the system refused in the service's words, without real paths."""
    try:
        yield
    except OSError as error:
        raise _refusal(error, names) from None


def _odd(names: Names) -> RemoteError:
    return invalid(f"{join(names)} is neither a file nor a folder")


def _taken(names: Names) -> RemoteError:
    return taken(f"{join(names)} already exists")


def _refusal(error: OSError, names: Names) -> RemoteError:
    shown = join(names) or "the share's folder"
    match error.errno:
        case errno.ENOENT | errno.ENOTDIR:
            return unknown(f"{shown} does not exist")
        case errno.EEXIST:
            return _taken(names)
        case errno.ENOTEMPTY:
            return taken(f"{shown} is a folder that is not empty: force deletes it")
        case errno.EACCES | errno.EPERM | errno.EROFS | errno.ELOOP:
            return denied(f"the system keeps {shown} from the server")
        case errno.EINVAL | errno.ENAMETOOLONG | errno.EILSEQ | errno.EISDIR:
            return invalid(f"{shown} cannot be used so: {error.strerror}")
        case errno.ENOSPC | errno.EDQUOT:
            return Unavailable("E#J066 there is no space left", status=507)
        case _:
            return Unavailable(f"{shown}: {error.strerror}", status=500)
