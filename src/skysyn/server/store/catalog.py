"""Catalog: which record types there are, with their columns and rules."""

from __future__ import annotations

import hashlib
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

import attrs
from sqlalchemy import (
    BindParameter,
    Column,
    ColumnElement,
    Connection,
    MetaData,
    Select,
    Table,
    Text,
    bindparam,
    select,
    update,
)

from . import kinds, system
from .kinds import Instant, Kind, json_type

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

META = (
    "_id",
    "_database_id",
    "_owner_id",
    "_access",
    "_created_at",
    "_created_by",
    "_updated_at",
    "_updated_by",
)
"""The columns that every record has, in this order."""

# as text, since every transaction begins with it
VERSION = f"SELECT value FROM {system.version.name}"  # noqa: S608  # a name of ours
"""What finds the version of the catalog."""
_WATCHED = select(system.subscription.c.record_type).distinct()

Described = tuple[str, str, Kind]
"""A field: its name, the name of its column, and its kind."""


@attrs.frozen
class FieldColumn:
    """One field of a record type and the column it is stored in."""

    name: str
    sql: str
    kind: Kind
    column: Column[Any] = attrs.field(eq=False)


@attrs.frozen(eq=False)
class RecordType:
    """One record type: its table and its fields by name."""

    name: str
    table: Table
    fields: Mapping[str, FieldColumn]

    # made once, as most requests ask for them

    @cached_property
    def by_key(self) -> Select[Any]:
        """What finds the record with `key`, in any database."""
        return select(self.table).where(self.table.c["_id"] == bindparam("key"))

    @cached_property
    def by_key_there(self) -> Select[Any]:
        """What finds the record with `key` in `database`."""
        return self.by_key.where(self._there)

    @cached_property
    def by_keys(self) -> Select[Any]:
        """What finds the records with `keys`, in any database."""
        keys: BindParameter[list[str]] = bindparam("keys", expanding=True)
        return select(self.table).where(self.table.c["_id"].in_(keys))

    @cached_property
    def by_keys_there(self) -> Select[Any]:
        """What finds the records with `keys` in `database`."""
        return self.by_keys.where(self._there)

    @property
    def _there(self) -> ColumnElement[bool]:
        return self.table.c["_database_id"] == bindparam("database")

    @classmethod
    def make(cls, name: str, sql: str, fields: Iterable[Described]) -> Self:
        """Return the type *name*, stored in table *sql*."""
        made = [
            FieldColumn(
                field,
                column,
                kind,
                # by a key without odd characters, which statements use as a name
                Column(column, kinds.column_type(kind), key=f"f{index}"),
            )
            for index, (field, column, kind) in enumerate(fields)
        ]
        table = Table(sql, MetaData(), *_meta(), *(field.column for field in made))
        return cls(name, table, {field.name: field for field in made})

    def with_fields(self, added: Iterable[Described]) -> Self:
        """Return this type with fields added."""
        known = [(f.name, f.sql, f.kind) for f in self.fields.values()]
        return self.make(self.name, self.table.name, [*known, *added])


@attrs.frozen
class FieldRule:
    """What holders of *user_role* may do with a field, or with all (`*`)."""

    record_type: str
    record_field: str
    user_role: str
    writable: bool
    readable: bool
    comparable: bool
    discoverable: bool


@attrs.frozen(eq=False)
class Catalog:
    """A snapshot of all record types and of the rules for them.

    The *watched* are those that a subscription is for, or was.
    """

    version: int
    types: Mapping[str, RecordType]
    rules: tuple[FieldRule, ...] = ()
    creators: Mapping[str, frozenset[str]] = attrs.field(
        factory=dict[str, frozenset[str]]
    )
    defaults: Mapping[str, list[Any]] = attrs.field(factory=dict[str, list[Any]])
    watched: frozenset[str] = frozenset()


def version(connection: Connection) -> int:
    """Return the version of the catalog as it is now."""
    found: int = connection.exec_driver_sql(VERSION).scalar_one()
    return found


def load(connection: Connection, version: int) -> Catalog:
    """Return the catalog, which is of this *version* now."""
    columns: dict[str, list[Described]] = {}
    for row in connection.execute(select(system.record_field)):
        kind = Kind(row.kind, row.target)
        columns.setdefault(row.record_type, []).append((row.name, row.sql, kind))
    types = {
        row.name: RecordType.make(row.name, row.sql, columns.get(row.name, ()))
        for row in connection.execute(select(system.record_type))
    }
    creators: dict[str, set[str]] = {}
    for row in connection.execute(select(system.creation)):
        creators.setdefault(row.record_type, set()).add(row.role_id)
    return Catalog(
        version,
        types,
        load_rules(connection),
        {name: frozenset(roles) for name, roles in creators.items()},
        {
            row.record_type: row.default_access
            for row in connection.execute(select(system.default_access))
        },
        frozenset(connection.execute(_WATCHED).scalars()),
    )


def load_rules(connection: Connection) -> tuple[FieldRule, ...]:
    """Return the rules for fields."""
    rows = connection.execute(select(system.field_access))
    return tuple(FieldRule(*row) for row in rows)


def touch(connection: Connection) -> None:
    """Note that the catalog changes with this transaction; others wait to change it.

    Who calls it first replaces all that they put there.
    """
    version = system.version.c.value
    connection.execute(update(system.version).values(value=version + 1))


def sql_name(name: str, taken: Iterable[str]) -> str:
    """Return the name in SQL for *name*: it differs where a database would fold it."""
    folded = {item.lower() for item in taken}
    plain = len(name.encode("utf-8", "replace")) <= 60 and not name.startswith(
        "sqlite_"
    )
    if plain and name.lower() not in folded:
        return name
    digest = hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()[:12]
    return f"{name[:12]}~{digest}"


def _meta() -> list[Column[Any]]:
    return [
        Column("_id", Text, primary_key=True),
        Column("_database_id", Text, nullable=False),
        Column("_owner_id", Text, nullable=False),
        Column("_access", json_type()),
        Column("_created_at", Instant, nullable=False),
        Column("_created_by", Text),
        Column("_updated_at", Instant, nullable=False),
        Column("_updated_by", Text),
    ]
