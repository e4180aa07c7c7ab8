"""Pages: the whole of an SQLite database as bytes, and back again."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import attrs

_JOURNAL = slice(18, 20)
"""Where a database notes that it has a log beside it, which copies have not."""


@attrs.frozen
class Pages:
    """A database as it was."""

    content: bytes = attrs.field(repr=False)

    @classmethod
    def take(cls, source: sqlite3.Connection) -> Pages:
        """Return what is in *source* now."""
        with closing(sqlite3.connect(":memory:")) as copy:
            source.backup(copy)
            content = bytearray(copy.serialize())
        content[_JOURNAL] = b"\1\1"
        return cls(bytes(content))

    def put(self, target: sqlite3.Connection) -> None:
        """Replace all of *target* in one step; its catalog gets another version."""
        (version,) = target.execute("SELECT value FROM _skysyn_version").fetchone()
        with closing(sqlite3.connect(":memory:", isolation_level=None)) as copy:
            copy.deserialize(self.content)
            copy.execute("UPDATE _skysyn_version SET value = ?", (version + 1,))
            copy.backup(target)
