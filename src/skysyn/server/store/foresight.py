"""Foresight: what a request is sure to ask, answered by one statement.

One statement sees one moment, as a transaction does that only reads, but takes one
round trip to PostgreSQL where a transaction takes one for each of its statements.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import attrs
from sqlalchemy import Select, select, true

from . import system

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection

Row = tuple[Any, ...]


class Unforeseen(Exception):
    """Something else is asked as well, so it takes a transaction after all."""


@attrs.frozen
class Lookup:
    """A statement, made once, with its values.

    It finds one row at most, which does not begin with NULL.
    """

    statement: Select[*tuple[Any, ...]]
    given: Mapping[str, object]


@attrs.frozen
class Foreseen:
    """What each of some lookups finds, and the catalog's version at that time."""

    version: int
    found: Sequence[tuple[Lookup, Row | None]]

    def row(self, lookup: Lookup) -> Row | None:
        """Return what *lookup* finds.

        Raises:
            Unforeseen: it is none of those.
        """
        for known, row in self.found:
            if known.statement is lookup.statement and known.given == lookup.given:
                return row
        raise Unforeseen


def foresee(connection: Connection, lookups: Sequence[Lookup]) -> Foreseen:
    """Return what *lookups* find, all at one time."""
    statement = _joined(*(lookup.statement for lookup in lookups))
    given = {name: value for x in lookups for name, value in x.given.items()}
    version, *row = connection.execute(statement, given).one()
    found: list[tuple[Lookup, Row | None]] = []
    start = 0
    for lookup in lookups:
        end = start + len(lookup.statement.selected_columns)
        part = tuple(row[start:end])
        found.append((lookup, None if part[0] is None else part))
        start = end
    return Foreseen(version, found)


@lru_cache(maxsize=256)
def _joined(*statements: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Return what finds the version, and beside it all that *statements* find."""
    joined: Any = system.version
    columns: list[Any] = [system.version.c.value]
    for statement in statements:
        part = statement.subquery()
        joined = joined.outerjoin(part, true())
        columns += part.c
    return select(*columns).select_from(joined)
