"""Matching: whether a query finds a record as it is, or was when it was deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Subquery, cast, literal, select
from sqlalchemy.exc import DBAPIError

from skysyn.errors import RemoteError

from .conditions import Conditions
from .finding import Finding

if TYPE_CHECKING:
    from sqlalchemy import Column, ColumnElement

    from skysyn.models import Select

    from .caller import Caller, Scope
    from .catalog import RecordType
    from .records import Stored
    from .store import Work


def finds(
    work: Work, asked: Select, record: Stored, caller: Caller, scope: Scope
) -> bool:
    """Whether the query *asked* finds *record* for a caller.

    A query that would be refused finds nothing.
    """
    owner = work.catalog.types.get(record.id.type)
    if owner is None or asked.collection != owner.name:
        return False
    try:
        with work.attempt():
            return _finds(work, asked, _as_table(work, owner, record), caller, scope)
    except (RemoteError, DBAPIError):
        return False


def _finds(
    work: Work, asked: Select, table: Subquery, caller: Caller, scope: Scope
) -> bool:
    owner = work.catalog.types[asked.collection]
    Finding(work, caller, scope, str).check_rights(asked, owner)
    conditions = Conditions(work, owner, caller, scope, table)
    where = [conditions.visible()]
    if asked.where is not None:
        where.append(conditions.where(asked.where))
    found = select(literal(1)).select_from(conditions.source).where(*where)
    return work.connection.execute(found).first() is not None


def _as_table(work: Work, owner: RecordType, record: Stored) -> Subquery:
    """Return *record* as the only row of a table like that of its type."""
    values: dict[str, Any] = {
        "_id": record.id.key,
        "_database_id": record.database,
        "_owner_id": record.owner,
        "_access": record.access,
        "_created_at": record.created_at,
        "_created_by": record.created_by,
        "_updated_at": record.updated_at,
        "_updated_by": record.updated_by,
    }
    for name, field in owner.fields.items():
        values[field.column.key] = record.values.get(name)
    columns = [_value(work, column, values[column.key]) for column in owner.table.c]
    return select(*columns).subquery("changed")


def _value(work: Work, column: Column[Any], value: object) -> ColumnElement[Any]:
    found: ColumnElement[Any] = literal(value, column.type)
    if not work.is_sqlite:
        # PostgreSQL takes a value alone for a text
        found = cast(found, column.type)
    return found.label(column.key)
