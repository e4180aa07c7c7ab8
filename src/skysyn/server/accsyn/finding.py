"""Finding: which entities a query means, and what the caller may see of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs
from sqlalchemy import ColumnElement, and_, select, true
from sqlalchemy import Select as Statement

from skysyn.dialects.accsyn.refusals import invalid
from skysyn.models import Rows, Select
from skysyn.server.store.predicates import where

from . import roles
from .attributes import Attributes
from .operators import Operators
from .printing import Printer
from .readable import twins
from .scopes import Scope, scope_of
from .tables import FILES, JOBS, TASKS, Family, family_of

if TYPE_CHECKING:
    from skysyn.models import JSON, Predicate

    from .context import Context
    from .work import Row


@attrs.frozen
class Finding:
    """Finds entities of one type for the caller of *context*."""

    context: Context
    kind: str
    family: Family

    @classmethod
    def of(cls, context: Context, kind: str) -> Finding:
        """Return what finds entities of type *kind*.

        Raises:
            InvalidRequest: there is no such type.
        """
        family = family_of(kind)
        if family is None:
            msg = f"no such entity type: {kind:.40}"
            raise invalid(msg)
        return cls(context, kind, family)

    @property
    def kinds(self) -> tuple[str, ...]:
        """The entity types that are meant."""
        return self.family.meant(self.kind)

    def _attributes(self) -> Attributes:
        return Attributes(self.context.work, self.family, self.kinds, self.family.table)

    def find(self, asked: Select) -> Rows:
        """Return what *asked* finds, as JSON."""
        scope = scope_of(asked.options)
        found = self.rows(asked, scope)
        if not found and scope.is_single and self.family is JOBS:
            found = self.rows(asked, scope.of_finished())
        printer = Printer(self.context, asked.only)
        return Rows(tuple(printer.bytes(row) for row in found))

    def rows(self, asked: Select, scope: Scope) -> list[Row]:
        """Return the rows that *asked* finds in a *scope*."""
        statement = self._statement(
            roles.visible(self.context, self.family, self.family.table),
            self._of_kind(),
            scope.condition(self.family, self.context.now),
            self._below(asked.options.get("parent")),
            self._where(asked.where),
        )
        limited = statement.limit(asked.limit).offset(asked.offset)
        return self._run(limited)

    def get(self, key: str) -> Row | None:
        """Return the row with this id in any state, if the caller may see it."""
        table = self.family.table
        seen = roles.reachable(self.context, self.family, table)
        statement = self._statement(seen, table.c.id == key, self._of_family())
        found = self._run(statement)
        return found[0] if found else None

    def _of_family(self) -> ColumnElement[bool]:
        """Return the condition that a row can be meant by its id.

        Jobs and shares are also called so, whatever kind they are.
        """
        if self.kind in self.family.aliases:
            return true()
        return self._of_kind()

    def _of_kind(self) -> ColumnElement[bool]:
        if len(self.family.kinds) == 1:
            return true()
        return self.family.table.c["_kind"].in_(self.kinds)

    def _below(self, parent: JSON) -> ColumnElement[bool]:
        if parent is None:
            return true()
        if not isinstance(parent, str):
            msg = "parent: an id is wanted"
            raise invalid(msg)
        table = self.family.table
        if self.family is TASKS:
            return table.c.job == parent
        if self.family is FILES:
            return table.c["_collection"] == parent
        if "parent" not in table.c:
            msg = f"parent: {self.kind} has none"
            raise invalid(msg)
        found: ColumnElement[bool] = table.c.parent == parent
        return found

    def _where(self, predicate: Predicate | None) -> ColumnElement[bool]:
        if predicate is None:
            return true()
        return where(predicate, Operators(self._attributes()))

    def _statement(self, *conditions: ColumnElement[bool]) -> Statement[Any]:
        """Return the statement for the rows that *conditions* hold for."""
        attributes, table = self._attributes(), self.family.table
        names = tuple(name for name in attributes.names() if name not in table.c)
        order = [table.c[name] for name in self.family.order]
        return (
            select(table, *twins(table, names))
            .where(
                self.context.work.here(table),
                *conditions,
            )
            .order_by(*order, table.c.id)
        )

    def _run(self, statement: Statement[Any]) -> list[Row]:
        found = self.context.work.connection.execute(statement)
        return [dict(row) for row in found.mappings()]

    def is_writable(self, key: str) -> bool:
        """Whether the caller may change the entity with this id."""
        table = self.family.table
        allowed = roles.writable(self.context, self.family, table)
        found = self.context.work.one(table, and_(table.c.id == key, allowed))
        return found is not None
