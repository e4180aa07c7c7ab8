"""Shapes: how the tables of a PostgreSQL schema are made, as the database says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs
from psycopg.sql import Identifier

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from psycopg import Connection

_COLUMNS = """
SELECT c.relname, pg_relation_size(c.oid), a.attname,
       format_type(a.atttypid, a.atttypmod)
         || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END
         || COALESCE(' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid), '')
FROM pg_class c
LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace
ORDER BY c.relname, a.attnum"""
_CONSTRAINTS = """
SELECT c.relname, k.conname, pg_get_constraintdef(k.oid), t.relname
FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
LEFT JOIN pg_class t ON t.oid = k.confrelid
WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace"""
_INDEXES = """
SELECT c.relname, i.relname, pg_get_indexdef(i.oid)
FROM pg_class c JOIN pg_index x ON x.indrelid = c.oid AND NOT x.indisprimary
JOIN pg_class i ON i.oid = x.indexrelid
WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace
  AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conrelid = c.oid
                  AND k.conindid = i.oid AND k.contype IN ('u', 'x'))"""


@attrs.frozen
class Reference:
    """A constraint that leads to another table: what makes it, and which."""

    made: str
    target: str


@attrs.frozen
class Shape:
    """One table: what makes its columns, constraints, references and indexes."""

    columns: Mapping[str, str] = attrs.field(factory=dict[str, str])
    constraints: dict[str, str] = attrs.field(factory=dict[str, str])
    references: dict[str, Reference] = attrs.field(factory=dict[str, Reference])
    indexes: dict[str, str] = attrs.field(factory=dict[str, str])
    size: int = 0

    def is_like(self, other: Shape | None) -> bool:
        """Whether rows of *other* fit in here as they are."""
        return other is not None and (
            self.columns == other.columns
            and self.constraints == other.constraints
            and self.indexes == other.indexes
        )

    def without(self, targets: Collection[str]) -> Shape:
        """Return this without the references to *targets*."""
        kept = {n: r for n, r in self.references.items() if r.target not in targets}
        return attrs.evolve(self, references=kept)

    def create(self, name: str) -> Iterator[str]:
        """Yield what makes the table *name*, without its references."""
        columns = (f"{quote(column)} {made}" for column, made in self.columns.items())
        yield f"CREATE TABLE {quote(name)} ({', '.join(columns)})"
        for constraint, made in self.constraints.items():
            yield constrain(name, constraint, made)
        yield from self.indexes.values()


def read(connection: Connection[Any]) -> dict[str, Shape]:
    """Return the tables of the app's schema by name."""
    found: dict[str, Shape] = {}
    columns: dict[str, dict[str, str]] = {}
    for table, size, name, made in connection.execute(_COLUMNS):
        known = columns.setdefault(table, {})
        if name is not None:
            known[name] = made
        found[table] = Shape(known, size=size)
    for table, name, made, target in connection.execute(_CONSTRAINTS):
        if target is None:
            found[table].constraints[name] = made
        else:
            found[table].references[name] = Reference(made, target)
    for table, name, made in connection.execute(_INDEXES):
        found[table].indexes[name] = made
    return found


def constrain(table: str, name: str, made: str) -> str:
    """Return the statement that gives *table* a constraint."""
    return f"ALTER TABLE {quote(table)} ADD CONSTRAINT {quote(name)} {made}"


def release(table: str, name: str) -> str:
    """Return the statement that takes a constraint from *table*."""
    return f"ALTER TABLE {quote(table)} DROP CONSTRAINT {quote(name)}"


def quote(name: str) -> str:
    """Return *name* as an identifier."""
    return Identifier(name).as_string(None)
