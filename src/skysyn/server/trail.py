"""Trail: a file that tells who logged in, and who changed what about users."""

from __future__ import annotations

from datetime import UTC, datetime
from threading import Lock
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import msgspec

from skysyn.dialects.skygear.values import dump_date
from skysyn.errors import DeclarationError, StateError

if TYPE_CHECKING:
    from pathlib import Path


class Trail:
    """Appends a line of JSON for each event to a file; without a file, nothing."""

    def __init__(self, path: Path | None = None) -> None:
        self._lock = Lock()
        try:
            self._file = None if path is None else path.open("ab", buffering=0)
        except OSError as error:
            msg = f"the audit trail cannot be written to {path}: {error.strerror}"
            raise StateError(msg) from error

    def note(self, event: str, **details: object) -> None:
        """Write that *event* happened; details that are None are left out."""
        if self._file is None:
            return
        known = {name: value for name, value in details.items() if value is not None}
        line = {"at": dump_date(datetime.now(UTC)), "event": event, **known}
        # one write, so that several processes can share a file
        with self._lock:
            self._file.write(msgspec.json.encode(line) + b"\n")

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()


def parse(url: str) -> str:
    """Return the path of the file that the original's setting names.

    Raises:
        DeclarationError: it names something else.
    """
    parts = urlsplit(url)
    if parts.scheme != "file" or not parts.path:
        msg = f"no audit trail {parts.scheme}://: use file:///path/of/a/file"
        raise DeclarationError(msg)
    return unquote(parts.path)
