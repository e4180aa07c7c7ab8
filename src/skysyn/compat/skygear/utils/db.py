"""Database: connections to the app's tables, as SQLAlchemy 1 had them."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import sqlalchemy
from typing_extensions import override

from skysyn.cloud import db

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator, Sequence


class Row(tuple[Any, ...]):  # noqa: SLOT001  # no tuple of several sizes has slots
    """One row: columns by number, by name and as attributes."""

    _names: tuple[str, ...]

    @classmethod
    def of(cls, row: Sequence[Any], names: Iterable[str]) -> Row:
        """Return *row* of SQLAlchemy 2, with the *names* of its columns, as before."""
        made = cls(row)
        made._names = tuple(names)
        return made

    @override
    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, sqlalchemy.Column):
            key = key.name
        if not isinstance(key, str):
            return super().__getitem__(key)
        if key not in self._names:
            msg = f"there is no column {key!r}: there are {', '.join(self._names)}"
            raise KeyError(msg)
        return super().__getitem__(self._names.index(key))

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError as error:
            raise AttributeError(*error.args) from None

    def keys(self) -> list[str]:
        """Return the names of the columns."""
        return list(self._names)

    def values(self) -> list[Any]:
        """Return the values of the columns."""
        return list(self)

    def items(self) -> list[tuple[str, Any]]:
        """Return names and values of the columns."""
        return list(zip(self._names, self, strict=True))


class Rows:
    """What a statement found."""

    def __init__(self, found: sqlalchemy.CursorResult[Any]) -> None:
        self._found = found

    def fetchone(self) -> Row | None:
        """Return the next row, None after the last."""
        row = self._found.fetchone()
        return None if row is None else self._row(row)

    def first(self) -> Row | None:
        """Return the next row, None after the last, and forget the others."""
        row = self._found.first()
        return None if row is None else self._row(row)

    def fetchall(self) -> list[Row]:
        """Return all rows."""
        return list(self)

    def fetchmany(self, size: int | None = None) -> list[Row]:
        """Return the next rows."""
        return [self._row(row) for row in self._found.fetchmany(size)]

    def __iter__(self) -> Iterator[Row]:
        return (self._row(row) for row in self._found)

    def _row(self, row: Sequence[Any]) -> Row:
        return Row.of(row, self._found.keys())

    def __getattr__(self, name: str) -> Any:
        return getattr(self._found, name)


class Connection(sqlalchemy.Connection):
    """A connection of SQLAlchemy whose `execute()` takes what it took in version 1.

    That is SQL as a text, and parameters by position or as keywords; rows have their
    columns by name too.
    """

    @override
    def execute(  # pyright: ignore[reportIncompatibleMethodOverride]  # version 1
        self, statement: Any, *multiparams: Any, **params: Any
    ) -> Any:
        """Run *statement* and return what it found."""
        values = _parameters(multiparams, params)
        if isinstance(statement, str):
            return Rows(self.exec_driver_sql(statement, values))
        return Rows(super().execute(statement, values))


def as_before(connection: sqlalchemy.Connection) -> Connection:
    """Return the same connection, with the ways of version 1."""
    made = Connection.__new__(Connection)
    # one state for both, so that each sees the transaction of the other
    made.__dict__ = connection.__dict__
    return made


@contextmanager
def conn() -> Generator[Connection]:
    """Open a transaction on the app's tables; an error that leaves it undoes it."""
    with db.conn() as connection:
        yield as_before(connection)


def get_table(name: str) -> sqlalchemy.Table:
    """Return the table of the record type *name*, with the columns it has now."""
    return db.get_table(name)


def has_table(name: str) -> bool:
    """Return whether there is a table of the record type *name*."""
    return db.has_table(name)


def _parameters(multiparams: Sequence[Any], params: dict[str, Any]) -> Any:
    if params:
        return params
    if not multiparams:
        return None
    if len(multiparams) > 1:
        is_rows = isinstance(multiparams[0], (dict, tuple, list))
        return list(multiparams) if is_rows else tuple(multiparams)
    is_whole = isinstance(multiparams[0], (dict, tuple, list))
    return multiparams[0] if is_whole else (multiparams[0],)
