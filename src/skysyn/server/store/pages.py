"""Pages: the whole of an SQLite database as bytes, and back again."""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import attrs

from skysyn.errors import StateError

if TYPE_CHECKING:
    from collections.abc import Generator

    from .database import Database

_JOURNAL = slice(18, 20)
"""Where a database notes that it has a log beside it, which copies have not."""


@attrs.frozen
class Pages:
    """A database as it was."""

    content: bytes = attrs.field(repr=False)

    @classmethod
    def take(cls, database: Database) -> Pages:
        """Return what is in *database* now."""
        with closing(sqlite3.connect(":memory:")) as copy:
            with _driver(database) as source:
                source.backup(copy)
            content = bytearray(copy.serialize())
        content[_JOURNAL] = b"\1\1"
        return cls(bytes(content))

    def put(self, database: Database) -> None:
        """Replace all of *database* in one step; its catalog gets another version."""
        with _driver(database) as target:
            (version,) = target.execute("SELECT value FROM _skysyn_version").fetchone()
            with closing(sqlite3.connect(":memory:", isolation_level=None)) as copy:
                copy.deserialize(self.content)
                copy.execute("UPDATE _skysyn_version SET value = ?", (version + 1,))
                copy.backup(target)


@contextmanager
def _driver(database: Database) -> Generator[sqlite3.Connection]:
    """Give the driver's own connection while nobody else here writes."""
    with database.alone() as connection:
        found = connection.connection.driver_connection
        if not isinstance(found, sqlite3.Connection):
            msg = f"{type(found)} is no connection that is known here"
            raise StateError(msg)
        yield found
