"""Folder assets: files in a folder of this machine."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import attrs

from skysyn.errors import StateError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

_CHUNK = 1024 * 1024


@attrs.frozen
class KeptFile:
    """What is in a file of a folder; who replaces the file leaves that as it is."""

    _file: BinaryIO
    size: int

    def read(self, start: int, stop: int) -> Iterator[bytes]:
        """Return the bytes *start* to *stop*, in pieces."""
        self._file.seek(start)
        left = stop - start
        while left > 0 and (chunk := self._file.read(min(_CHUNK, left))):
            left -= len(chunk)
            yield chunk

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()


@attrs.frozen
class FolderAssets:
    """The files of one app in *folder*.

    A file is stored under a digest of its name, so that no name leads out of the
    folder or means something to the operating system.
    """

    folder: Path

    def check(self) -> None:
        """Look whether files can be stored, without storing any.

        Raises:
            StateError: the folder cannot be written, or made where it would be.
        """
        place = self.folder.absolute()
        while not place.exists():
            place = place.parent
        if not (place.is_dir() and os.access(place, os.W_OK | os.X_OK)):
            why = f"{place} is no folder that can be written"
            msg = f"files cannot be kept in {self.folder}: {why}"
            raise StateError(msg)

    def is_empty(self) -> bool:
        """Whether nothing was ever stored."""
        return not (self.folder.is_dir() and any(self.folder.iterdir()))

    def path(self, name: str) -> Path:
        """Return where the file *name* is."""
        digest = hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()
        return self.folder / digest[:2] / digest

    def open(self, name: str) -> KeptFile | None:
        """Return what is in the file *name* now; None if there is none."""
        try:
            file = self.path(name).open("rb")
        except (FileNotFoundError, NotADirectoryError):
            return None
        return KeptFile(file, os.fstat(file.fileno()).st_size)

    def store(self, name: str, content: BinaryIO) -> int:
        """Store a file, whole or not at all; return its size in bytes."""
        path = self.path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, part = tempfile.mkstemp(dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                while chunk := content.read(_CHUNK):
                    file.write(chunk)
                size = file.tell()
                file.flush()
                os.fsync(file.fileno())
            if size:
                Path(part).replace(path)
        finally:
            Path(part).unlink(missing_ok=True)
        return size
