"""Assets: files in a folder, and the signed URLs that lead to them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from typing import BinaryIO

_SECONDS = 15 * 60
_CHUNK = 1024 * 1024


class Assets:
    """The files of one app.

    A file is stored under a digest of its name, so that no name leads out of the
    folder or means something to the operating system.
    """

    def __init__(self, folder: Path, url_prefix: str, secret: str) -> None:
        self._folder = folder
        self.prefix = url_prefix.rstrip("/")
        self._secret = secret.encode()

    def sign(self, name: str) -> str:
        """Return a URL of the file *name* that is good for 15 minutes."""
        expires = int(time.time()) + _SECONDS
        path = quote(name, safe="$&+:=@")
        signature = quote(self._signature(name, expires), safe="-_=")
        return f"{self.prefix}/{path}?expiredAt={expires}&signature={signature}"

    def is_signed(self, name: str, expires: int, signature: str) -> bool:
        """Whether *signature* is of this name and time."""
        right = self._signature(name, expires)
        return hmac.compare_digest(right.encode(), signature.encode("utf-8", "replace"))

    def _signature(self, name: str, expires: int) -> str:
        signed = f"{name}{expires}".encode("utf-8", "replace")
        digest = hmac.new(self._secret, signed, hashlib.sha256).digest()
        return base64.urlsafe_b64encode(digest).decode()

    @property
    def folder(self) -> Path:
        """Where the files are."""
        return self._folder

    def path(self, name: str) -> Path:
        """Return where the file *name* is."""
        digest = hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()
        return self._folder / digest[:2] / digest

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
