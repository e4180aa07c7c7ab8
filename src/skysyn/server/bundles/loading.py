"""Loading: rows of a bundle become rows of an app."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, insert, update

from skysyn.server.store import system
from skysyn.server.store.catalog import META
from skysyn.server.store.kinds import Instant

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from sqlalchemy import Table

    from skysyn.models import JSON
    from skysyn.server.store import Work

    from .lines import Row

    Write = Callable[[Work, Sequence[Row]], None]
    """Writes rows of one part."""

_LONG = 2**63


def into_table(table: Table) -> Write:
    """Return what writes the rows of a system table."""
    instants = {c.name for c in table.columns if isinstance(c.type, Instant)}

    def write(work: Work, rows: Sequence[Row]) -> None:
        loaded = [_loaded(row, instants) for row in rows]
        if table is system.asset:
            loaded = [{k: v for k, v in r.items() if k != "sha256"} for r in loaded]
        work.connection.execute(insert(table), loaded)

    return write


def into_type(name: str, late: Iterable[str]) -> Write:
    """Return what writes the records of a type, without their *late* fields."""
    late = frozenset(late)

    def write(work: Work, rows: Sequence[Row]) -> None:
        owner = work.catalog.types[name]
        fields = [field for field in owner.fields.values() if field.name not in late]
        times = {f.name for f in fields if f.kind.name == "datetime"}
        made: list[Row] = []
        for row in rows:
            values = _loaded(row["values"], times)
            meta = {key: row[key] for key in META}
            made.append(_loaded(meta, {"_created_at", "_updated_at"}))
            made[-1] |= {f.column.key: values.get(f.name) for f in fields}
        work.connection.execute(insert(owner.table), made)

    return write


def into_links(name: str, late: Iterable[str]) -> Write:
    """Return what writes the *late* fields of records that are there."""
    late = sorted(late)

    def write(work: Work, rows: Sequence[Row]) -> None:
        owner = work.catalog.types[name]
        names = {field: f"v{index}" for index, field in enumerate(late)}
        columns: dict[Any, Any] = {
            owner.fields[field].column: bindparam(key) for field, key in names.items()
        }
        changed = [
            {"k": row["_id"]} | {v: row["values"].get(f) for f, v in names.items()}
            for row in rows
            if not row["values"].keys().isdisjoint(late)
        ]
        if changed:
            here = owner.table.c["_id"] == bindparam("k")
            statement = update(owner.table).where(here).values(columns)
            work.connection.execute(statement, changed)

    return write


def _loaded(row: Row, instants: set[str]) -> Row:
    return {
        name: datetime.fromisoformat(value)
        if name in instants and value is not None
        else _value(value)
        for name, value in row.items()
    }


def _value(value: JSON) -> JSON:
    """Return *value* with numbers that every database takes."""
    match value:
        case bool():
            return value
        case int() if not -_LONG <= value < _LONG:
            return float(value)
        case list():
            return [_value(item) for item in value]
        case dict():
            return {key: _value(item) for key, item in value.items()}
        case _:
            return value
