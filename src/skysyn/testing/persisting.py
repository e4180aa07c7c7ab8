"""Persisting: files that are whole at any time, and one writer a file."""

from __future__ import annotations

import hashlib
import os
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout
from vcr.persisters.filesystem import CassetteNotFoundError
from vcr.serialize import deserialize, serialize

from skysyn.errors import CassetteError

from . import writing

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

    from vcr.serialize import Read


class AtomicPersister:
    """Reads and writes files for vcrpy; a file is the old one or the new one."""

    @staticmethod
    def load_cassette(cassette_path: str, serializer: object) -> Read:
        """Return what the file at *cassette_path* holds.

        Raises:
            CassetteNotFoundError: there is none, which vcrpy expects.
            CassetteError: it cannot be read, or is no cassette.
        """
        path = Path(cassette_path)
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            raise CassetteNotFoundError from None
        except OSError as error:
            msg = f"it cannot be read: {error.strerror}"
            raise CassetteError(msg, path=str(path)) from error
        text = data.decode("utf-8", "surrogateescape")
        return deserialize(text, _At(serializer, cassette_path, data))

    @staticmethod
    def save_cassette(
        cassette_path: str, cassette_dict: Mapping[str, object], serializer: object
    ) -> None:
        """Put the file at *cassette_path*, or leave the one that is there."""
        text = serialize(cassette_dict, serializer)
        try:
            replace(Path(cassette_path), text.encode())
        except OSError as error:
            msg = f"it cannot be written: {error.strerror}; nothing was changed"
            raise CassetteError(msg, path=cassette_path) from error


class _At:
    """A serializer that knows the file it reads, so that errors can name it."""

    def __init__(self, serializer: object, path: str, data: bytes) -> None:
        self._serializer = serializer
        self._path = path
        self._data = data

    def deserialize(self, _: str) -> dict[str, object]:
        """Return the data of the file."""
        return writing.deserialize(self._data, self._path)


def replace(path: Path, data: bytes) -> None:
    """Make *path* a file of *data*, whole or not at all, even if power fails."""
    path.parent.mkdir(parents=True, exist_ok=True)
    for left in path.parent.glob(f".{_escaped(path.name)}.*.tmp"):
        # of a process that was killed; nobody else writes, as there is a lock
        left.unlink(missing_ok=True)
    handle, name = tempfile.mkstemp(
        dir=path.parent, prefix=f".{path.name}.", suffix=".tmp"
    )
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    _flush_folder(path.parent)


def _escaped(name: str) -> str:
    return "".join(f"[{c}]" if c in "*?[" else c for c in name)


def _flush_folder(folder: Path) -> None:
    if os.name == "nt":  # pragma: no cover  # folders are no files there
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def lock(path: Path) -> Generator[None]:
    """Be the only one who writes *path*.

    Raises:
        CassetteError: somebody else is.
    """
    folder = Path(tempfile.gettempdir()) / f"skysyn-cassettes-{_user()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    name = hashlib.sha256(str(path.resolve()).encode()).hexdigest()[:32]
    held = FileLock(folder / f"{name}.lock", timeout=0)
    try:
        held.acquire()
    except Timeout:
        msg = (
            "another test or process is recording it: give each test a cassette of "
            "its own, or record without -n"
        )
        raise CassetteError(msg, path=str(path)) from None
    try:
        yield
    finally:
        held.release()


def _user() -> int:
    return os.getuid() if hasattr(os, "getuid") else 0
