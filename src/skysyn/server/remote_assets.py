"""Remote assets: files in a bucket, or in another place that fsspec knows."""

from __future__ import annotations

import hashlib
import posixpath
import tempfile
import uuid
from importlib import import_module
from itertools import chain
from typing import TYPE_CHECKING, Any

from skysyn.errors import DeclarationError

from .assets import Replaced

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import BinaryIO

_CHUNK = 4 * 1024 * 1024
_WHOLE = {"s3", "s3a", "gs", "gcs", "abfs", "abfss", "az", "oss"}
"""Protocols of stores in which a file appears only when all of it has arrived."""
_TELLING = (
    "size",
    "ETag",
    "etag",
    "generation",
    "created",
    "mtime",
    "LastModified",
    "last_modified",
    "modified",
)
"""By what places tell contents apart, each by some of these."""


class RemoteFile:
    """What is in a file of another place, as far as that tells when it is replaced.

    No place keeps what was replaced, so each piece is asked for by itself, and then
    whether the file is still the same. Most files are one piece.
    """

    def __init__(self, files: Any, path: str, info: Mapping[str, Any]) -> None:
        self._files = files
        self._path = path
        self._version = _version(info)
        self.size = int(info["size"])

    def read(self, start: int, stop: int) -> Iterator[bytes]:
        """Return the bytes *start* to *stop*, in pieces; the first is there already.

        Raises:
            Replaced: they cannot be had any more, at once or after some pieces.
        """
        if start >= stop:
            return iter(())
        first = self._piece(start, stop)
        rest = range(start + _CHUNK, stop, _CHUNK)
        return chain([first], (self._piece(begin, stop) for begin in rest))

    def close(self) -> None:
        """Do nothing: no connection is kept for one file."""

    def _piece(self, start: int, stop: int) -> bytes:
        stop = min(start + _CHUNK, stop)
        msg = "the file was replaced while it was read: ask for it again"
        try:
            found: bytes = self._files.cat_file(self._path, start=start, end=stop)
            info = self._files.info(self._path)
        except FileNotFoundError:
            raise Replaced(msg) from None
        if _version(info) != self._version or len(found) != stop - start:
            raise Replaced(msg)
        return found


def _version(info: Mapping[str, Any]) -> Mapping[str, object]:
    """Return what is different of a file that is replaced."""
    return {name: info[name] for name in _TELLING if name in info}


class RemoteAssets:
    """The files of one app under *url*, opened by fsspec with *options*.

    A file is stored under its name, as the original did in its buckets, if that can be
    a path; else under a digest of it.

    Raises:
        DeclarationError: the URL's protocol is not known, or its package is missing.
    """

    def __init__(self, url: str, options: Mapping[str, object]) -> None:
        protocol = url.partition("://")[0]
        try:
            opening: Any = import_module("fsspec.core")
            # what other processes store must be seen, so no listing is kept
            found = opening.url_to_fs(url, use_listings_cache=False, **options)
        except (ImportError, ValueError) as error:
            msg = f"cannot keep files in {protocol}://…: {error}"
            raise DeclarationError(msg) from error
        self._files: Any = found[0]
        self._root = str(found[1]).rstrip("/")
        self._is_whole = protocol in _WHOLE

    def open(self, name: str) -> RemoteFile | None:
        """Return what is in the file *name* now; None if there is none."""
        path = self._path(name)
        try:
            found = self._files.info(path)
        except FileNotFoundError:
            return None
        return RemoteFile(self._files, path, found) if found["type"] == "file" else None

    def store(self, name: str, content: BinaryIO) -> int:
        """Store a file, whole or not at all; return its size in bytes."""
        with tempfile.NamedTemporaryFile() as kept:
            while chunk := content.read(_CHUNK):
                kept.write(chunk)
            kept.flush()
            size = kept.tell()
            if size:
                self._put(kept.name, self._path(name))
        return size

    def _put(self, source: str, path: str) -> None:
        if self._is_whole:
            self._files.put_file(source, path)
            return
        part = f"{self._root}/.part-{uuid.uuid4().hex}"
        self._files.makedirs(posixpath.dirname(path), exist_ok=True)
        try:
            self._files.put_file(source, part)
            self._files.mv(part, path)
        except BaseException:
            if self._files.exists(part):
                self._files.rm_file(part)
            raise

    def _path(self, name: str) -> str:
        parts = name.split("/")
        is_path = name.isprintable() and "\\" not in name and "//" not in name
        if is_path and not any(part.startswith(".") or not part for part in parts):
            return f"{self._root}/{name}"
        digest = hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()
        return f"{self._root}/.named/{digest}"
