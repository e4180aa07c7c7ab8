"""Contents: the whole of an app in PostgreSQL as copies of tables, and back again."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import attrs
from psycopg import Connection

from skysyn.errors import StateError

from . import shapes
from .catalog import VERSION
from .migration import LOCK
from .shapes import quote

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator, Mapping

    from .database import Database
    from .shapes import Shape

_LARGE = 64 * 1024
"""From this size on a table is emptied sooner by making it anew."""


@attrs.frozen
class Contents:
    """The tables of an app as they were, and the rows of those that had any."""

    tables: Mapping[str, Shape]
    rows: Mapping[str, bytes] = attrs.field(repr=False)

    @classmethod
    def take(cls, database: Database) -> Contents:
        """Return what is in *database* now."""
        with _driver(database) as (source, _):
            tables = shapes.read(source)
            copies = {name: _copied(source, name, t) for name, t in tables.items()}
        return cls(tables, {name: rows for name, rows in copies.items() if rows})

    def put(self, database: Database) -> None:
        """Make *database* what it was; its catalog gets another version."""
        with _driver(database) as (target, version):
            self._put(target, version + 1)

    def _put(self, target: Connection[Any], version: int) -> None:
        found, fitting = self._fit(shapes.read(target))
        # rows may refer to one another in a circle, so references come after them
        there = {(name, r) for name, shape in found.items() for r in shape.references}
        loose = {reference for reference in there if reference[0] in self.rows}
        releasing = (shapes.release(*reference) for reference in loose)
        _run(target, [*fitting, *_emptying(found), *releasing])
        for name, rows in self.rows.items():
            with target.cursor().copy(
                _copy(name, self.tables[name], "FROM STDIN")
            ) as c:
                c.write(rows)
        noting = f"UPDATE _skysyn_version SET value = {version:d}"  # noqa: S608  # a number
        _run(target, [*self._references(there - loose), noting])

    def _fit(self, found: Mapping[str, Shape]) -> tuple[Mapping[str, Shape], list[str]]:
        """Return which tables can stay, and what makes the others as they were."""
        wrong = {n for n, s in found.items() if not s.is_like(self.tables.get(n))}
        made: list[str] = []
        if wrong:
            names = ", ".join(quote(name) for name in sorted(wrong))
            made = [f"DROP TABLE {names} CASCADE"]
        for name, shape in self.tables.items():
            if name not in found or name in wrong:
                made += shape.create(name)
        kept = {n: s.without(wrong) for n, s in found.items() if n not in wrong}
        return kept, made

    def _references(self, there: set[tuple[str, str]]) -> Iterable[str]:
        for name, shape in self.tables.items():
            for reference, known in shape.references.items():
                if (name, reference) not in there:
                    yield shapes.constrain(name, reference, known.made)


@contextmanager
def _driver(database: Database) -> Generator[tuple[Connection[Any], Any]]:
    """Give the driver's own connection while nobody else changes the schema.

    It is in a transaction, and the catalog's version comes with it.
    """
    with database.write(f"{LOCK}; {VERSION}") as (connection, version):
        found = connection.connection.driver_connection
        if not isinstance(found, Connection):
            msg = f"{type(found)} is no connection that is known here"
            raise StateError(msg)
        yield found, version


def _emptying(found: Mapping[str, Shape]) -> Iterator[str]:
    """Yield what deletes every row; large tables are made anew, with what refers."""
    large = [quote(name) for name, shape in found.items() if shape.size > _LARGE]
    if large:
        yield f"TRUNCATE {', '.join(large)} CASCADE"
    used = [quote(name) for name, shape in found.items() if 0 < shape.size <= _LARGE]
    if used:
        # in one statement, at whose end references are checked
        parts = (f"d{n} AS (DELETE FROM {name})" for n, name in enumerate(used))  # noqa: S608  # names are quoted
        yield f"WITH {', '.join(parts)} SELECT 1"


def _copied(source: Connection[Any], name: str, shape: Shape) -> bytes:
    if not shape.size:
        return b""
    with source.cursor().copy(_copy(name, shape, "TO STDOUT")) as copy:
        return b"".join(copy)


def _copy(name: str, shape: Shape, direction: str) -> bytes:
    columns = ", ".join(quote(column) for column in shape.columns)
    return f"COPY {quote(name)} ({columns}) {direction}".encode()


def _run(target: Connection[Any], statements: Iterable[str]) -> None:
    """Run *statements* in one go."""
    text = ";".join(statements)
    if text:
        target.execute(text.encode())
