"""Work: one transaction of one workspace, which sees no rows of another."""

from __future__ import annotations

import itertools
import os
import secrets
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

import attrs
from sqlalchemy import Select, and_, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from skysyn.dialects.accsyn.refusals import taken
from skysyn.server.store import postgres
from skysyn.server.store.database import Database
from skysyn.server.store.migration import lock

from .tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection, Table

SCHEMA = "accsyn"
Row = dict[str, Any]
"""A stored row, by the names of its columns."""

_LOCK = 7592654
_MACHINE = secrets.token_hex(5)
_COUNT = itertools.count(int.from_bytes(os.urandom(2)))


def members(value: object) -> Mapping[str, Any]:
    """Return a stored object; one with nothing in it if there is none."""
    if not isinstance(value, dict):
        return {}
    return cast("dict[str, Any]", value)


def new_id(now: datetime) -> str:
    """Return an id; later ones are greater."""
    second, number = int(now.timestamp()) & 0xFFFFFFFF, next(_COUNT) & 0xFFFFFF
    return f"{second:08x}{_MACHINE}{number:06x}"


@attrs.frozen
class Work:
    """One transaction of the workspace *workspace* at the moment *now*."""

    connection: Connection
    is_sqlite: bool
    workspace: str
    now: datetime

    def here(self, table: Table) -> ColumnElement[bool]:
        """Return the condition that a row belongs to this workspace."""
        return table.c["_workspace"] == self.workspace

    def select(self, table: Table, *where: ColumnElement[bool]) -> Select[Any]:
        """Return the statement that reads rows of this workspace."""
        return select(table).where(self.here(table), *where)

    def rows(self, table: Table, *where: ColumnElement[bool]) -> list[Row]:
        """Return the rows that *where* holds for, in the order of their keys."""
        order = [column for column in table.primary_key if column.name != "_workspace"]
        statement = self.select(table, *where).order_by(*order)
        found = self.connection.execute(statement)
        return [dict(row) for row in found.mappings()]

    def one(self, table: Table, *where: ColumnElement[bool]) -> Row | None:
        """Return the first row that *where* holds for."""
        return next(iter(self.rows(table, *where)), None)

    def get(self, table: Table, key: str) -> Row | None:
        """Return the row with this id."""
        return self.one(table, table.c["id"] == key)

    def insert(self, table: Table, *rows: Mapping[str, object]) -> None:
        """Store new rows.

        Raises:
            Conflict: a code is there already.
        """
        mine = [{"_workspace": self.workspace, **row} for row in rows]
        if not mine:
            return
        with self._checking(table):
            self.connection.execute(insert(table), mine)

    def update(
        self, table: Table, values: Mapping[str, object], *where: ColumnElement[bool]
    ) -> int:
        """Change the rows that *where* holds for; return how many they are.

        Raises:
            Conflict: a code is there already.
        """
        if not values:
            return 0
        statement = update(table).where(and_(self.here(table), *where))
        with self._checking(table):
            return self.connection.execute(statement.values(dict(values))).rowcount

    def change(self, table: Table, key: str, values: Mapping[str, object]) -> None:
        """Change the row with this id."""
        self.update(table, values, table.c["id"] == key)

    def delete(self, table: Table, *where: ColumnElement[bool]) -> int:
        """Delete the rows that *where* holds for; return how many they were."""
        found = self.connection.execute(
            delete(table).where(and_(self.here(table), *where))
        )
        return found.rowcount

    @contextmanager
    def _checking(self, table: Table) -> Generator[None]:
        try:
            with self.connection.begin_nested():
                yield
        except IntegrityError:
            name = table.name.removeprefix("_accsyn_")
            msg = f"code: this {name} already exists"
            raise taken(msg) from None


class Store:
    """The database of all workspaces."""

    def __init__(self, url: str) -> None:
        self._database = Database(url, SCHEMA)
        try:
            self._install()
        except BaseException:
            self.close()
            raise

    @property
    def is_sqlite(self) -> bool:
        """Whether the database is SQLite."""
        return self._database.is_sqlite

    @contextmanager
    def read(self, workspace: str, now: datetime) -> Generator[Work]:
        """Open a transaction that only reads."""
        with self._database.read() as (connection, _):
            yield Work(connection, self.is_sqlite, workspace, now)

    @contextmanager
    def write(self, workspace: str, now: datetime) -> Generator[Work]:
        """Open a transaction; it is undone if an error leaves it.

        Those of one workspace follow each other, on every kind of database.
        """
        with self._database.write() as (connection, _):
            if not self.is_sqlite:
                _queue_up(connection, workspace)
            yield Work(connection, self.is_sqlite, workspace, now)

    def close(self) -> None:
        """Close every connection."""
        self._database.close()

    def _install(self) -> None:
        with self._database.write() as (connection, _):
            lock(connection, is_sqlite=self.is_sqlite)
            if not self.is_sqlite:
                postgres.install(connection, f"app_{SCHEMA}")
            TABLES.create_all(connection)


def _queue_up(connection: Connection, workspace: str) -> None:
    """Wait until no other process changes the workspace, whose rules span its rows."""
    name = func.hashtext(workspace)
    connection.execute(select(func.pg_advisory_xact_lock(_LOCK, name)))
