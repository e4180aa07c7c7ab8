"""Copying: files of a transfer between two shares, which appear when complete."""

from __future__ import annotations

import os
import secrets
import shutil
import stat
from typing import TYPE_CHECKING

from .folders import told
from .walking import Leaf, entries, follow, reach, walk

if TYPE_CHECKING:
    from .paths import Names
    from .walking import Ground

_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL


def copy(ground: Ground, names: Names, other: Ground, others: Names) -> None:
    """Copy a file or folder to a place, over the files that are there.

    Folders on the way are made. Links and devices inside a folder are left out. A
    file has its name once all of it is there.

    Raises:
        RemoteError: it cannot be read, or not be written.
    """
    with told(others):
        _make_way(other, others[:-1])
        with follow(ground, names) as leaf, reach(other, others) as target:
            _copy(leaf, target)


def _make_way(ground: Ground, names: Names) -> None:
    for depth in range(1, len(names) + 1):
        with reach(ground, names[:depth]) as leaf:
            _make_folder(leaf)
        with walk(ground, names[:depth]):
            pass


def _make_folder(leaf: Leaf) -> None:
    try:
        os.mkdir(leaf.name, dir_fd=leaf.folder)
    except FileExistsError:
        return


def _copy(leaf: Leaf, target: Leaf) -> None:
    mode = leaf.status().st_mode
    if stat.S_ISREG(mode):
        _copy_file(leaf, target)
    elif stat.S_ISDIR(mode):
        _copy_folder(leaf, target)


def _copy_folder(leaf: Leaf, target: Leaf) -> None:
    _make_folder(target)
    source = leaf.open(os.O_RDONLY | os.O_DIRECTORY)
    try:
        made = target.open(os.O_RDONLY | os.O_DIRECTORY)
        try:
            for name in [entry.name for entry in entries(source)]:
                _copy(Leaf(source, name), Leaf(made, name))
        finally:
            os.close(made)
    finally:
        os.close(source)


def _copy_file(leaf: Leaf, target: Leaf) -> None:
    unfinished = Leaf(target.folder, f".{secrets.token_hex(8)}.part")
    with os.fdopen(leaf.open(os.O_RDONLY | os.O_NONBLOCK), "rb") as source:
        try:
            with os.fdopen(unfinished.open(_NEW), "wb") as made:
                shutil.copyfileobj(source, made, 1024 * 1024)
            os.rename(
                unfinished.name,
                target.name,
                src_dir_fd=target.folder,
                dst_dir_fd=target.folder,
            )
        except BaseException:
            _forget(unfinished)
            raise


def _forget(leaf: Leaf) -> None:
    try:
        os.unlink(leaf.name, dir_fd=leaf.folder)
    except FileNotFoundError:
        return
