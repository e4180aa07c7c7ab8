"""Attributes: what a query can name, as columns and what is computed from them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs
from sqlalchemy import ColumnElement, FromClause, Text, cast, func, select

from skysyn.dialects.accsyn.refusals import invalid

from . import readable
from .tables import (
    COMPUTED,
    ENGINES,
    JOBS,
    SHARES,
    SITES,
    USERS,
    Family,
    fields_of,
)

if TYPE_CHECKING:
    from skysyn.models import Field, Path

    from .work import Work

KINDS = {
    "str": "text",
    "int": "number",
    "float": "number",
    "bool": "boolean",
    "datetime": "date",
    "ref": "ref",
    "json": "json",
}
PARTIES = {"source", "destination", "entity", "target"}
TARGETS: dict[str, tuple[Family, ...]] = {
    "user": (USERS,),
    "queue": (JOBS,),
    "parent": (JOBS, SHARES),
    "job": (JOBS,),
    "site": (SITES,),
    "engine": (ENGINES,),
}
"""Where each attribute that holds an id leads."""


@attrs.frozen(eq=False)
class Attribute:
    """Something to compare: text, number, boolean, date, ref, party or json."""

    name: str
    kind: str
    column: ColumnElement[Any]


@attrs.frozen(eq=False)
class Attributes:
    """The attributes of some entity types that are stored in one table."""

    work: Work
    family: Family
    kinds: tuple[str, ...]
    table: FromClause

    def names(self) -> dict[str, Field[Any]]:
        """Return what the entities declare, by name."""
        return fields_of(*self.kinds)

    def here(self) -> ColumnElement[bool]:
        """Return the condition that a row is of this workspace."""
        found: ColumnElement[bool] = self.table.c["_workspace"] == self.work.workspace
        return found

    def find(self, path: Path) -> Attribute:
        """Return what *path* names: an attribute, or one of what it refers to.

        Raises:
            InvalidRequest: there is none.
        """
        names = [name.lower() for name in path.names]
        match names:
            case [name]:
                return self._own(name, path)
            case [name, member] if name in TARGETS and name in self.names():
                return self._referred(name, member, path)
            case [name, *members] if self._is_json(name):
                return self._member(name, path.names[-len(members) :])
            case _:
                raise self._missing(path)

    def _own(self, name: str, path: Path) -> Attribute:
        field = self.names().get(name)
        if field is None:
            raise self._missing(path)
        column = self.column(name)
        if field.spec.kind == "enum":
            kind = "number" if name == "type" else "text"
        else:
            kind = KINDS[field.spec.kind]
        is_party = name in PARTIES and kind == "text"
        return Attribute(str(path), "party" if is_party else kind, column)

    def column(self, name: str) -> ColumnElement[Any]:
        """Return the column of an attribute, or what computes it."""
        if name.endswith(COMPUTED):
            return readable.twin(self.table, name)
        return self.table.c[name]

    def _is_json(self, name: str) -> bool:
        field = self.names().get(name)
        return field is not None and field.spec.kind == "json"

    def _referred(self, name: str, member: str, path: Path) -> Attribute:
        found: list[tuple[str, ColumnElement[Any]]] = []
        for family in TARGETS[name]:
            if member not in family.table.c or member.startswith("_"):
                continue
            other = family.table.alias()
            there = Attributes(self.work, family, family.kinds, other)
            attribute = there.find(type(path)((member,)))
            value = (
                select(attribute.column)
                .where(
                    other.c["_workspace"] == self.work.workspace,
                    other.c.id == self.table.c[name],
                )
                .correlate_except(other)
                .scalar_subquery()
            )
            found.append((attribute.kind, value))
        if not found:
            raise self._missing(path)
        columns = [column for _, column in found]
        whole = columns[0] if len(columns) == 1 else func.coalesce(*columns)
        return Attribute(str(path), found[0][0], whole)

    def _member(self, name: str, members: tuple[str, ...]) -> Attribute:
        """Return a member of an object, as text."""
        column = self.table.c[name]
        value: ColumnElement[Any] = func.jsonb_extract_path_text(column, *members)
        if self.work.is_sqlite:
            where = "$" + "".join(f'."{member}"' for member in members)
            value = cast(func.json_extract(column, where), Text)
        return Attribute(".".join((name, *members)), "text", value)

    def _missing(self, path: Path) -> Exception:
        kind = " or ".join(self.kinds)
        return invalid(f"invalid query: {kind} has no attribute {str(path)!r:.100}")
