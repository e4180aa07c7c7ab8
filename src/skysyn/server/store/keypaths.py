"""Keypaths: the columns that Skygear's paths lead to, and which records one sees."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, FromClause, and_, or_, true

from skysyn.dialects.skygear.refusals import refuse
from skysyn.models import Path

from . import rights
from .kinds import Kind
from .operands import KEY, Field

if TYPE_CHECKING:
    from .caller import Caller, Scope
    from .catalog import RecordType
    from .store import Work

_META: dict[str, tuple[str, Kind]] = {
    "_id": ("_id", KEY),
    "_ownerID": ("_owner_id", KEY),
    "_created_by": ("_created_by", KEY),
    "_updated_by": ("_updated_by", KEY),
    "_created_at": ("_created_at", Kind("datetime")),
    "_updated_at": ("_updated_at", Kind("datetime")),
    "_access": ("_access", Kind("json")),
    "_database_id": ("_database_id", Kind("string")),
}


class Keypaths:
    """Leads from one record type to columns, collecting the joins they need.

    *table* holds the records, if that is not where they are stored.
    """

    def __init__(
        self,
        work: Work,
        owner: RecordType,
        caller: Caller,
        scope: Scope,
        table: FromClause | None = None,
    ) -> None:
        self._work = work
        self._owner = owner
        self._table = owner.table if table is None else table
        self._caller = caller
        self._scope = scope
        self._joined: dict[str, FromClause] = {}
        self.source: FromClause = self._table

    def visible(self) -> ColumnElement[bool]:
        """Return the condition that the caller may see a record."""
        return self._visible(self._table)

    def _visible(self, table: FromClause) -> ColumnElement[bool]:
        if self._scope.is_union:
            return true()
        there = table.c["_database_id"] == self._scope.id
        if not self._scope.is_public:
            return there
        is_sqlite = self._work.is_sqlite
        return and_(there, rights.readable(table, self._caller, is_sqlite=is_sqlite))

    def _reachable(self, table: FromClause) -> ColumnElement[bool]:
        """Return the condition that a reference leads somewhere for the caller."""
        if self._scope.is_public or self._scope.is_union:
            return self._visible(table)
        is_sqlite = self._work.is_sqlite
        public = and_(
            table.c["_database_id"] == "",
            rights.readable(table, self._caller, is_sqlite=is_sqlite),
        )
        return or_(self._visible(table), public)

    def field(self, path: Path) -> Field:
        """Return the column that *path* leads to, joining what lies between.

        Raises:
            InvalidRequest: it leads nowhere.
        """
        match path.names:
            case (_,):
                return self._member(self._owner, self._table, path)
            case (name, _):
                target, table = self._join(name, path)
                return self._member(target, table, path)
            case _:
                msg = f'keypath "{path}" with more than 2 components is not supported'
                raise refuse(120, msg)

    def _join(self, name: str, path: Path) -> tuple[RecordType, FromClause]:
        first = self._member(self._owner, self._table, Path((name,)))
        target = self._work.catalog.types.get(first.kind.target or "")
        if target is None:
            name = {"_ownerID": "_owner_id"}.get(name, name)
            msg = f'field "{name}" in keypath "{path}" is not a reference'
            raise refuse(120, msg)
        if name not in self._joined:
            table = target.table.alias(f"to{len(self._joined)}")
            self._joined[name] = table
            leads = and_(table.c["_id"] == first.column, self._reachable(table))
            self.source = self.source.outerjoin(table, leads)
        return target, self._joined[name]

    def _member(self, owner: RecordType, table: FromClause, path: Path) -> Field:
        name = path.names[-1]
        meta = _META.get(name)
        if meta is not None:
            return Field(table.c[meta[0]], meta[1])
        if name not in owner.fields:
            raise refuse(120, f'keypath "{path}" does not exist')
        known = owner.fields[name]
        return Field(table.c[known.column.key], known.kind)

    def has(self, path: Path) -> bool:
        """Whether *path* is a field of the record itself."""
        name = str(path)
        known = name in _META or name in self._owner.fields
        return known and len(path.names) == 1
