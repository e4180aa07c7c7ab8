"""Tidying: temporary files go four hours after what they were sent into is over.

A folder is renamed in the transaction that finds it old, so that nobody lists what
goes; it is deleted while none is open. Only then its mark goes, so that a server which
is killed meanwhile begins anew.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

import attrs

from skysyn.errors import RemoteError

from . import folders
from .tables import JOBS, SHARED_KINDS
from .work import members

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from sqlalchemy import ColumnElement

    from .paths import Names
    from .walking import Ground
    from .work import Work

_KEPT = timedelta(hours=4)
_MARK = "temporary"


@attrs.frozen
class Outlived:
    """The folder of temporary files that have outlived their parcel."""

    parcel: str
    ground: Ground
    names: Names

    @property
    def _away(self) -> Names:
        *way, last = self.names
        return (*way, f"{last}.outlived")

    def put_away(self) -> None:
        """Rename it; not if it is away already, as a killed server leaves it."""
        with suppress(RemoteError):
            folders.move(self.ground, self.names, self.ground, self._away)

    def clear(self) -> bool:
        """Delete it, and the one it is in if that is empty; return whether it went."""
        with suppress(RemoteError):
            folders.delete(self.ground, self._away, force=True)
        places = self.names, self._away
        if any(folders.exists(self.ground, place) for place in places):
            return False
        with suppress(RemoteError):
            folders.delete(self.ground, self.names[:-1], force=False)
        return True


def note(work: Work, parcel: Mapping[str, object]) -> None:
    """Note that a parcel has temporary files."""
    spec = members(parcel["_spec"])
    if not spec.get("destination") and not spec.get(_MARK):
        marked = {**spec, _MARK: True}
        work.change(JOBS.table, str(parcel["id"]), {"_spec": marked})


def outlived(work: Work) -> tuple[ColumnElement[bool], ...]:
    """Return the condition that temporary files of a job are to be deleted."""
    table = JOBS.table
    return (
        table.c["_kind"].in_(SHARED_KINDS),
        table.c.finished <= work.now - _KEPT,
        table.c["_spec"][_MARK].as_string().is_not(None),
    )


def forget(work: Work, parcels: Collection[str]) -> None:
    """Note that temporary files went, unless somebody reopened their parcel."""
    table = JOBS.table
    for parcel in work.rows(table, table.c.id.in_(parcels), *outlived(work)):
        spec = {k: v for k, v in members(parcel["_spec"]).items() if k != _MARK}
        work.change(table, str(parcel["id"]), {"_spec": spec})
