"""Contents: the bytes of files, kept in a bundle under their hash."""

from __future__ import annotations

import hashlib
import os
from contextlib import closing
from typing import TYPE_CHECKING

from skysyn.errors import BundleError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from skysyn.server.assets import Assets, Content

_CHUNK = 1024 * 1024


def path(sha256: str) -> str:
    """Return where in a bundle the content with this hash is."""
    return f"files/{sha256[:2]}/{sha256}"


def digest(file: Path) -> str | None:
    """Return the hash of a file, or None if there is none or nothing in it."""
    try:
        with file.open("rb") as content:
            found = hashlib.file_digest(content, "sha256").hexdigest()
            return found if content.tell() else None
    except FileNotFoundError:
        return None


def stored(assets: Assets, name: str) -> str | None:
    """Return the hash of an app's file, or None if there is none."""
    content = assets.open(name)
    if content is None:
        return None
    with closing(content):
        return _digest(content)


def _digest(content: Content) -> str | None:
    if not content.size:
        return None
    found = hashlib.sha256()
    for chunk in content.read(0, content.size):
        found.update(chunk)
    return found.hexdigest()


def needed(assets: Assets | None) -> Assets:
    """Return *assets*.

    Raises:
        BundleError: the app has files, and nothing says where.
    """
    if assets is None:
        msg = "the app has files: say in which folder they are, by --assets"
        raise BundleError(msg)
    return assets


def keep(assets: Assets, name: str, folder: Path) -> str | None:
    """Copy a file into the bundle in *folder*, if it is not there; return its hash."""
    content = assets.open(name)
    if content is None:
        return None
    with closing(content):
        found = _digest(content)
        if found is None:
            return None
        target = folder / path(found)
        if digest(target) != found:
            write(target, content.read(0, content.size))
        return found


def copy(file: Path, folder: Path) -> str | None:
    """Do the same with a file of this machine's."""
    found = digest(file)
    if found is None:
        return None
    target = folder / path(found)
    if digest(target) != found:
        with file.open("rb") as content:
            write(target, iter(lambda: content.read(_CHUNK), b""))
    return found


def write(target: Path, chunks: Iterable[bytes]) -> None:
    """Write *chunks* to *target*, whole or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f"{target.name}.part")
    with part.open("wb") as copied:
        for chunk in chunks:
            copied.write(chunk)
        sync(copied.fileno())
    part.replace(target)


def sync(handle: int) -> None:
    """Wait until a file is on the disk."""
    os.fsync(handle)
