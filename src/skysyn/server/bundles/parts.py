"""Parts: what an app consists of, read from its tables in an order that holds."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import attrs
from sqlalchemy import func, select
from sqlalchemy.sql.expression import collate

from skysyn.dialects.skygear.literals import number
from skysyn.errors import BundleError
from skysyn.server.store import system
from skysyn.server.store.catalog import META

from . import lines
from .report import Entry, Watch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Literal

    from sqlalchemy import ColumnElement, Connection, Select, Table

    from skysyn.models import JSON
    from skysyn.server.store.catalog import FieldColumn, RecordType

    from .lines import Row

_PAGE = 1000
_OURS = {"_token", "_skysyn_type", "_skysyn_field", "_skysyn_version"}
"""What is made anew: sessions end when an app is moved, and the schema is a part."""

TABLES = tuple(t for t in system.SYSTEM.sorted_tables if t.name not in _OURS)
"""The tables that are moved, each after those that it refers to."""


@attrs.frozen
class Part:
    """The rows of a table, or the records of a type; they are read when asked for."""

    kind: Literal["schema", "table", "records"]
    name: str
    count: int
    rows: Callable[[], Iterator[Row]]

    @property
    def file(self) -> str:
        """Where it is in a bundle."""
        return lines.path(self.kind, self.name)

    def lines(self, watch: Watch) -> Iterator[bytes]:
        """Yield the rows as lines.

        Raises:
            BundleError: a value cannot be written.
        """
        watch(self.name, 0, self.count)
        for done, row in enumerate(self.rows(), 1):
            try:
                yield lines.dump(row)
            except ValueError as error:
                key = row.get("_id", done)
                msg = f"{self.name} {key!r} holds a number that is none ({error}): "
                raise BundleError(msg + "change it where it is stored") from error
            if done % _PAGE == 0 or done == self.count:
                watch(self.name, done, self.count)

    def digest(self, watch: Watch, write: Callable[[bytes], object] = len) -> Entry:
        """Hand every line to *write*; return what they were."""
        whole, count = hashlib.sha256(), 0
        for line in self.lines(watch):
            whole.update(line)
            write(line)
            count += 1
        return Entry(self.kind, self.name, count, whole.hexdigest())


def schema(types: Iterable[RecordType]) -> Part:
    """Return the part that says which types and fields there are."""
    rows = [
        {
            "name": owner.name,
            "fields": [
                {"name": f.name, "kind": f.kind.name, "target": f.kind.target}
                for _, f in sorted(owner.fields.items())
            ],
        }
        for owner in sorted(types, key=lambda owner: owner.name)
    ]
    return Part("schema", "schema", len(rows), lambda: iter(rows))


def stored(
    connection: Connection,
    types: Iterable[RecordType],
    hash_file: Callable[[str], str | None],
) -> Iterator[Part]:
    """Yield every part of an app of the local server."""
    types = list(types)
    yield schema(types)
    for table in sorted(TABLES, key=lambda table: table.name):
        yield of_table(connection, table, list(table.columns), hash_file)
    for owner in sorted(types, key=lambda owner: owner.name):
        yield of_type(connection, owner)


def of_table(
    connection: Connection,
    table: Table,
    columns: list[ColumnElement[Any]],
    hash_file: Callable[[str], str | None],
) -> Part:
    """Return the rows of a system table, of which there are these *columns*."""
    keys = table.primary_key
    asked = select(*columns).order_by(*_sorted(connection, keys))

    def rows() -> Iterator[Row]:
        for found in _stream(connection, asked):
            row = {key: _plain(value) for key, value in found.items()}
            if table is system.asset:
                row["sha256"] = hash_file(found["id"])
            yield row

    return Part("table", table.name, _count(connection, table), rows)


def of_type(
    connection: Connection,
    owner: RecordType,
    expression: Callable[[FieldColumn], ColumnElement[Any]] = lambda f: f.column,
) -> Part:
    """Return the records of a type; *expression* is what a field is read by."""
    fields = sorted(owner.fields.values(), key=lambda field: field.name)
    meta = [owner.table.c[name] for name in META]
    read = [expression(field).label(field.column.key) for field in fields]
    asked = select(*meta, *read).order_by(*_sorted(connection, meta[:1]))

    def rows() -> Iterator[Row]:
        for found in _stream(connection, asked):
            row: Row = {name: _plain(found[name]) for name in META}
            values = {field.name: found[field.column.key] for field in fields}
            row["values"] = {
                name: _plain(value)
                for name, value in values.items()
                if value is not None
            }
            yield row

    return Part("records", owner.name, _count(connection, owner.table), rows)


def _sorted(
    connection: Connection, columns: Iterable[ColumnElement[Any]]
) -> Iterator[ColumnElement[Any]]:
    """Yield *columns* in the order of code points, which is the same everywhere."""
    binary = "BINARY" if connection.dialect.name == "sqlite" else "C"
    return (collate(column, binary) for column in columns)


def _count(connection: Connection, table: Table) -> int:
    return connection.execute(select(func.count()).select_from(table)).scalar_one()


def _stream(connection: Connection, asked: Select[Any]) -> Iterator[Row]:
    options = {"yield_per": _PAGE}
    for found in connection.execute(asked, execution_options=options).mappings():
        yield {str(key): value for key, value in found.items()}


def _plain(value: JSON | datetime) -> JSON:
    """Return *value* as JSON that reads the same from every database."""
    match value:
        case bool() | str() | None:
            return value
        case int() | float():
            return number(value)
        case datetime():
            plain = value.astimezone(UTC).replace(tzinfo=None)
            return f"{plain.isoformat(timespec='microseconds')}Z"
        case list():
            return [_plain(item) for item in value]
        case dict():
            return {key: _plain(item) for key, item in value.items()}
