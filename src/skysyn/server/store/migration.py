"""Migration: changes of tables, each with its entry in the catalog."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs
from sqlalchemy import (
    Connection,
    Index,
    Text,
    delete,
    func,
    insert,
    inspect,
    select,
    update,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.schema import DDLElement

from skysyn.dialects.skygear.refusals import refuse, unexpected
from skysyn.errors import Conflict

from . import catalog, kinds, system
from .catalog import Catalog, RecordType
from .kinds import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.sql.compiler import DDLCompiler

    from skysyn.errors import RemoteError

Columns = dict[str, dict[str, Kind]]
"""The kinds of columns that are wanted, by record type and field."""
LOCK = "SELECT pg_advisory_xact_lock(7592653)"
"""What waits on PostgreSQL until no other process changes the schema."""


@attrs.define(eq=False)
class _AddColumn(DDLElement):
    table: str
    column: str
    kind: Kind
    refers_to: tuple[str, str] | None


@attrs.define(eq=False)
class _DropColumn(DDLElement):
    table: str
    column: str


@attrs.define(eq=False)
class _RenameColumn(DDLElement):
    table: str
    column: str
    name: str


@compiles(_AddColumn)
def _add(element: _AddColumn, compiler: DDLCompiler, **_: object) -> str:
    quote = compiler.preparer.quote_identifier
    spelled = compiler.dialect.type_compiler_instance.process(
        kinds.column_type(element.kind)
    )
    line = f"ALTER TABLE {quote(element.table)} ADD COLUMN {quote(element.column)}"
    line += f" {spelled}"
    if element.refers_to is None:
        return line
    table, column = element.refers_to
    return f"{line} REFERENCES {quote(table)} ({quote(column)})"


@compiles(_DropColumn)
def _drop(element: _DropColumn, compiler: DDLCompiler, **_: object) -> str:
    quote = compiler.preparer.quote_identifier
    return f"ALTER TABLE {quote(element.table)} DROP COLUMN {quote(element.column)}"


@compiles(_RenameColumn)
def _rename(element: _RenameColumn, compiler: DDLCompiler, **_: object) -> str:
    quote = compiler.preparer.quote_identifier
    old, new = quote(element.column), quote(element.name)
    return f"ALTER TABLE {quote(element.table)} RENAME COLUMN {old} TO {new}"


def missing(known: Catalog, wanted: Columns) -> Columns:
    """Return what of *wanted* is not there yet.

    Raises:
        Conflict: a column is there, but of another kind.
    """
    found: Columns = {}
    for name, fields in wanted.items():
        there = known.types.get(name)
        if there is None:
            found[name] = dict(fields)
            continue
        for field, sent in fields.items():
            column = there.fields.get(field)
            if column is None:
                found.setdefault(name, {})[field] = sent
            elif not column.kind.accepts(sent):
                raise conflict(name, field, column.kind, sent)
    return found


def needs(known: Catalog, wanted: Columns, *, may_migrate: bool) -> bool:
    """Whether anything of *wanted* is missing.

    Raises:
        Conflict: a column is of another kind, or nothing may be made.
    """
    try:
        absent = missing(known, wanted)
    except Conflict:
        if may_migrate:
            raise
        absent = wanted
    if absent and not may_migrate:
        msg = "Record schema requires migration but migration is disabled."
        raise refuse(114, msg)
    return bool(absent)


def conflict(record_type: str, field: str, has: Kind, sent: Kind) -> RemoteError:
    """Return the refusal of a value that does not fit its column."""
    msg = f"conflicting schema: {record_type}.{field} is {has}, not {sent}"
    return refuse(114, msg)


def extend(connection: Connection, known: Catalog, wanted: Columns) -> None:
    """Make the types and columns of *wanted*, none of which is there.

    Raises:
        Conflict: a reference leads to a type that does not exist.
    """
    types = dict(known.types)
    for name in wanted:
        if name not in types:
            types[name] = _create(connection, name, types)
    for name, fields in wanted.items():
        for field, kind in fields.items():
            _add_field(connection, types, name, (field, kind))
    catalog.touch(connection)


def _create(
    connection: Connection, name: str, types: Mapping[str, RecordType]
) -> RecordType:
    if not name or "\0" in name:
        raise refuse(114, f"{name!r} cannot be a record type")
    taken = {known.table.name for known in types.values()} | system.NAMES
    made = RecordType.make(name, catalog.sql_name(name, taken), ())
    made.table.create(connection)
    for index in _orders(made):
        index.create(connection)
    row = {"name": name, "sql": made.table.name}
    connection.execute(insert(system.record_type), row)
    return made


def _add_field(
    connection: Connection,
    types: dict[str, RecordType],
    name: str,
    added: tuple[str, Kind],
) -> None:
    field, kind = added
    owner = types[name]
    if kind.name == "unknown" or "\0" in field:
        msg = f"no column can be made for {name}.{field}"
        raise unexpected(msg)
    taken = {*catalog.META, *(known.sql for known in owner.fields.values())}
    sql = catalog.sql_name(field, taken)
    table = owner.table.name
    connection.execute(_AddColumn(table, sql, kind, _target(types, name, added)))
    row = {"record_type": name, "name": field, "sql": sql, "kind": kind.name}
    connection.execute(insert(system.record_field), {**row, "target": kind.target})
    types[name] = owner.with_fields([(field, sql, kind)])
    if kind.name == "sequence":
        _number(connection, types[name], field)


def _target(
    types: Mapping[str, RecordType], name: str, added: tuple[str, Kind]
) -> tuple[str, str] | None:
    field, kind = added
    if kind.name == "asset":
        return system.asset.name, "id"
    if kind.target is None:
        return None
    target = types.get(kind.target)
    if target is None:
        msg = f"{name}.{field} refers to {kind.target}, which is no record type"
        raise refuse(114, msg)
    return target.table.name, "_id"


def _number(connection: Connection, owner: RecordType, field: str) -> None:
    """Give every record that is there a number of the new sequence."""
    table, column = owner.table, owner.fields[field].column
    order = func.row_number().over(order_by=(table.c["_created_at"], table.c["_id"]))
    numbered = select(table.c["_id"].label("k"), order.label("n")).subquery()
    connection.execute(
        update(table)
        .values({column: numbered.c.n})
        .where(table.c["_id"] == numbered.c.k)
    )
    Index(_index(owner, field), column, unique=True).create(connection)
    count = connection.execute(select(func.count()).select_from(table)).scalar_one()
    row = {"record_type": owner.name, "field": field, "value": count}
    connection.execute(insert(system.counter), row)


def _index(owner: RecordType, field: str) -> str:
    return catalog.sql_name(f"sequence of {owner.table.name}.{field}", ())


def _orders(owner: RecordType) -> list[Index]:
    """Return the indexes by which the newest records are found."""
    name = owner.table.name
    return [
        Index(catalog.sql_name(f"order of {name}.{column}", ()), owner.table.c[column])
        for column in ("_created_at", "_updated_at")
    ]


def _index_known(connection: Connection) -> None:
    """Give tables the indexes that they lack, as those of older versions do."""
    found = inspect(connection).get_multi_indexes()
    there = {index["name"] for indexes in found.values() for index in indexes}
    for owner in _known(connection).types.values():
        for index in _orders(owner):
            if index.name not in there:
                index.create(connection)


def rename(connection: Connection, owner: RecordType, old: str, new: str) -> None:
    """Call the field *old* of a type *new*."""
    if old not in owner.fields:
        raise refuse(110, f'column "{old}" of "{owner.name}" does not exist')
    if new in owner.fields:
        raise refuse(110, f'column "{new}" of "{owner.name}" already exists')
    field, count = system.record_field.c, system.counter.c
    column = owner.fields[old].sql
    taken = {*catalog.META, *(known.sql for known in owner.fields.values())}
    name = catalog.sql_name(new, taken - {column})
    connection.execute(_RenameColumn(owner.table.name, column, name))
    connection.execute(
        update(system.record_field)
        .values(name=new, sql=name)
        .where(field.record_type == owner.name, field.name == old)
    )
    connection.execute(
        update(system.counter)
        .values(field=new)
        .where(count.record_type == owner.name, count.field == old)
    )
    catalog.touch(connection)


def drop(connection: Connection, owner: RecordType, name: str) -> None:
    """Delete the field *name* of a type with everything in it."""
    if name not in owner.fields:
        raise refuse(110, f'column "{name}" of "{owner.name}" does not exist')
    column = owner.fields[name]
    _drop_indexes(connection, owner, column.sql)
    connection.execute(_DropColumn(owner.table.name, column.sql))
    field, count = system.record_field.c, system.counter.c
    connection.execute(
        delete(system.record_field).where(
            field.record_type == owner.name, field.name == name
        )
    )
    connection.execute(
        delete(system.counter).where(
            count.record_type == owner.name, count.field == name
        )
    )
    catalog.touch(connection)


def _drop_indexes(connection: Connection, owner: RecordType, column: str) -> None:
    """Delete the indexes of a column, which SQLite does not do by itself."""
    for index in inspect(connection).get_indexes(owner.table.name):
        name = index["name"]
        if name is not None and column in index["column_names"]:
            Index(name, owner.table.c["_id"]).drop(connection)


def install(connection: Connection, *, is_sqlite: bool) -> bool:
    """Make the system tables and the `user` type; return whether there was nothing."""
    system.SYSTEM.create_all(connection)
    if connection.execute(select(system.version.c.value)).first() is not None:
        _index_known(connection)
        return False
    connection.execute(insert(system.version), {"name": "catalog", "value": 1})
    connection.execute(
        insert(system.role), {"id": "Admin", "by_default": False, "is_admin": True}
    )
    user: dict[str, Kind] = {
        "username": Kind("citext"),
        "email": Kind("citext"),
        "last_login_at": Kind("datetime"),
    }
    extend(connection, Catalog(1, {}), {"user": user})
    owner = _known(connection).types["user"]
    for name in ("username", "email"):
        column: Any = owner.fields[name].column
        key = column if is_sqlite else func.lower(column, type_=Text)
        Index(f"user_{name}_key", key, unique=True, _table=owner.table).create(
            connection
        )
    _protect(connection)
    return True


def _protect(connection: Connection) -> None:
    """Let users change their own names only, as a fresh installation does."""
    entries = [
        {
            "record_type": "user",
            "record_field": field,
            "user_role": role,
            "writable": role == "_owner",
            "readable": True,
            "comparable": True,
            "discoverable": True,
        }
        for field in ("username", "email")
        for role in ("_owner", "_any_user")
    ]
    connection.execute(insert(system.field_access), entries)


def lock(connection: Connection, *, is_sqlite: bool) -> None:
    """Wait until no other process changes the schema."""
    if not is_sqlite:
        connection.exec_driver_sql(LOCK)


def _known(connection: Connection) -> Catalog:
    return catalog.load(connection, catalog.version(connection))
