"""Scopes: which states of entities a query looks at."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import attrs
from sqlalchemy import ColumnElement, and_, false, func, not_, or_

from skysyn.dialects.accsyn.refusals import invalid

from .tables import ARCHIVED, JOBS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from skysyn.models import JSON

    from .tables import Family

KEPT = timedelta(days=14)
"""How long finished jobs stay out of the archive."""
_FINISHED = ("done", "aborted")


@attrs.frozen
class Scope:
    """What is looked at: what is active unless something else is said."""

    is_finished: bool = False
    is_inactive: bool = False
    is_archived: bool = False
    is_single: bool = False

    def of_finished(self) -> Scope:
        """Return the scope of what is finished."""
        return attrs.evolve(self, is_finished=True, is_single=False)

    def condition(self, family: Family, now: datetime) -> ColumnElement[bool]:
        """Return the condition that a row of *family* is looked at."""
        table = family.table
        gone: ColumnElement[bool] = table.c[ARCHIVED].is_(True)
        conditions: list[ColumnElement[bool]] = []
        if family is JOBS:
            finished = table.c.status.in_(_FINISHED)
            old = and_(finished, table.c.finished < now - KEPT)
            gone = or_(gone, func.coalesce(old, false()))
            if not self.is_archived:
                conditions.append(finished if self.is_finished else not_(finished))
        if "inactive" in table.c and not self.is_archived:
            inactive = func.coalesce(table.c.inactive, false())
            conditions.append(inactive if self.is_inactive else not_(inactive))
        return and_(gone if self.is_archived else not_(gone), *conditions)


def scope_of(options: Mapping[str, JSON]) -> Scope:
    """Return the scope that the flags of a query mean.

    Raises:
        InvalidRequest: one is neither true nor false.
    """
    return Scope(
        _flag(options, "finished"),
        _flag(options, "inactive"),
        _flag(options, "archived"),
        _flag(options, "single_entity_query"),
    )


def _flag(options: Mapping[str, JSON], name: str) -> bool:
    value = options.get(name)
    if value is None or isinstance(value, bool):
        return bool(value)
    msg = f"{name}: true or false is wanted, not {value!r:.40}"
    raise invalid(msg)
