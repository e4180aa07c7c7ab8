"""Skygear: the tables of a real server as the parts of a bundle (protocol §23)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs
from sqlalchemy import (
    Boolean,
    Text,
    case,
    func,
    literal,
    null,
    select,
    table,
    text,
    type_coerce,
)
from sqlalchemy.dialects.postgresql import JSONB

from skysyn.errors import BundleError
from skysyn.server.store import system
from skysyn.server.store.catalog import META, RecordType
from skysyn.server.store.kinds import Kind

from . import parts
from .parts import TABLES, Part

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from sqlalchemy import Column, ColumnElement, Connection

    from skysyn.server.store.catalog import FieldColumn

    from .lines import Row

_COLUMNS = text(
    """
SELECT c.relname AS owner, a.attname AS name,
  format_type(a.atttypid, a.atttypmod) AS type,
  COALESCE(pg_get_expr(d.adbin, d.adrelid), '') LIKE 'nextval(%' AS is_counted,
  (SELECT t.relname FROM pg_constraint k JOIN pg_class t ON t.oid = k.confrelid
    WHERE k.contype = 'f' AND k.conrelid = c.oid AND k.conkey = ARRAY[a.attnum]
    ORDER BY t.relname LIMIT 1) AS target
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
WHERE n.nspname = :schema AND c.relkind = 'r'
ORDER BY c.relname, a.attname
"""
)
_KINDS = {
    "text": "string",
    "citext": "string",
    "double precision": "number",
    "boolean": "boolean",
    "jsonb": "json",
    "timestamp without time zone": "datetime",
    "integer": "integer",
    "bigint": "integer",
}


@attrs.frozen
class Tables:
    """The tables of an app: record types, and the columns of each system table.

    *left_out* are the fields of types that no record can have.
    """

    types: Mapping[str, RecordType]
    system: Mapping[str, frozenset[str]]
    left_out: Sequence[tuple[str, str]]


def find(connection: Connection, app: str) -> Tables:
    """Return the tables of *app*.

    Raises:
        BundleError: there is no such app.
    """
    schema, owners = f"app_{app.lower()}", dict[str, list[Any]]()
    for column in connection.execute(_COLUMNS, {"schema": schema}):
        owners.setdefault(column.owner, []).append(column)
    if "_auth" not in owners:
        msg = f"the database has no Skygear app in the schema {schema}: "
        raise BundleError(msg + "say which app by --app")
    types, left_out = dict[str, RecordType](), list[tuple[str, str]]()
    for name, columns in owners.items():
        if not name.startswith("_"):
            types[name] = _type(name, columns, left_out)
    columns_of = {
        name: frozenset(column.name for column in columns)
        for name, columns in owners.items()
        if name.startswith("_")
    }
    return Tables(types, columns_of, left_out)


def kind_of(
    owner: str, type_name: str, target: str | None, *, is_counted: bool
) -> Kind | None:
    """Return the kind of a column by its SQL type, or None if it has none."""
    plain = type_name.rpartition(".")[2]
    if target is not None:
        return Kind("asset") if target == "_asset" else Kind("ref", target)
    if plain.startswith("geometry"):
        return Kind("location" if plain.startswith("geometry(Point") else "geometry")
    if plain == "citext" and owner == "user":
        return Kind("citext")
    if plain in {"integer", "bigint"} and is_counted:
        return Kind("sequence")
    return Kind(_KINDS[plain]) if plain in _KINDS else None


def read(
    connection: Connection, found: Tables, hash_file: Callable[[str], str | None]
) -> Iterator[Part]:
    """Yield the parts of an app, as those of a bundle."""
    yield parts.schema(found.types.values())
    for ours in sorted(TABLES, key=lambda table: table.name):
        if ours is system.counter:
            yield _counters(connection, found)
        elif ours.name in found.system and ours is not system.subscription:
            columns = [_column(c, found.system[ours.name]) for c in ours.columns]
            yield parts.of_table(connection, ours, columns, hash_file)
        else:
            yield Part("table", ours.name, 0, lambda: iter(()))
    for _, owner in sorted(found.types.items()):
        yield parts.of_type(connection, owner, expression)


def left_out(connection: Connection, found: Tables) -> dict[str, int]:
    """Return what is not read, with the number of rows that have it."""
    counted: dict[str, int] = {}
    # the queries of subscriptions are stored in a form that only Go can read
    known = {ours.name for ours in TABLES} - {system.subscription.name}
    for name in sorted(found.system.keys() - known):
        counted[name] = _count(connection, func.count(), name)
    for owner, field in found.left_out:
        filled = func.count(text(f'"{field.replace(chr(34), chr(34) * 2)}"'))
        counted[f"{owner}.{field}"] = _count(connection, filled, owner)
    return {name: rows for name, rows in counted.items() if rows}


def _count(connection: Connection, counted: ColumnElement[int], name: str) -> int:
    return connection.execute(select(counted).select_from(table(name))).scalar_one()


def _type(name: str, columns: list[Any], unknown: list[tuple[str, str]]) -> RecordType:
    fields = list[tuple[str, str, Kind]]()
    for column in columns:
        if column.name in META:
            continue
        kind = kind_of(name, column.type, column.target, is_counted=column.is_counted)
        if kind is None:
            unknown.append((name, column.name))
        else:
            fields.append((column.name, column.name, kind))
    return RecordType.make(name, name, fields)


def _column(ours: Column[Any], there: frozenset[str]) -> ColumnElement[Any]:
    """Return what a column of ours is read by: older servers lack some."""
    found: ColumnElement[Any] = ours if ours.name in there else null()
    if not ours.nullable and isinstance(ours.type, Boolean):
        found = func.coalesce(found, literal(value=False))
    elif not ours.nullable and not ours.primary_key and isinstance(ours.type, Text):
        found = func.coalesce(found, "")
    return type_coerce(found, ours.type).label(ours.name)


def expression(field: FieldColumn) -> ColumnElement[Any]:
    """Return what a field is read by: PostGIS has places in a form of its own."""
    column = field.column
    match field.kind.name:
        case "location":
            x, y = func.ST_X(column), func.ST_Y(column)
            made = func.jsonb_build_array(x, y, type_=JSONB)
            return case((column.is_not(None), made))
        case "geometry":
            return func.ST_AsGeoJSON(column).cast(JSONB)
        case _:
            return column


def _counters(connection: Connection, found: Tables) -> Part:
    rows: list[Row] = []
    for name, owner in sorted(found.types.items()):
        for _, field in sorted(owner.fields.items()):
            if field.kind.name == "sequence":
                highest = func.coalesce(func.max(field.column), 0)
                value = connection.execute(select(highest)).scalar_one()
                rows.append({"record_type": name, "field": field.name, "value": value})
    return Part("table", system.counter.name, len(rows), lambda: iter(rows))
