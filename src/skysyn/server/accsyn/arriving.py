"""Arriving: files of tasks whose time is over are to be where they went.

What is to be copied is decided in one transaction, and what became of it is written
in another; none is open while files are copied. A task says in its row that its files
are on their way. So a server that was killed meanwhile, or another one, copies them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from skysyn.errors import RemoteError

from . import moving, receiving, tidying
from .context import Caller, Context
from .contracts import Listed
from .remembering import Remembering
from .standpoint import Standpoint, measure
from .tables import JOBS, TASKS, USERS
from .tidying import Outlived
from .unfinished import mark_of
from .work import members

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .contracts import FileOperations
    from .copying import Way
    from .moving import Landing
    from .neighbours import Neighbours
    from .paths import Names
    from .settings import AccsynSettings
    from .walking import Ground
    from .work import Row, Work


@attrs.frozen
class Cargo:
    """What is to be copied for a task."""

    workspace: str
    job: str
    task: str
    ways: Sequence[Way]
    _arriving: Arriving

    @property
    def mark(self) -> str:
        """What its unfinished files have in their names."""
        return mark_of(self.workspace, self.task)

    def is_wanted(self, work: Work) -> bool:
        """Whether nobody has stopped, left out or deleted its task."""
        row = work.get(TASKS.table, self.task)
        return row is not None and moving.is_landing(row)

    def land(self, work: Work, failure: str | None) -> None:
        """Write down that it has arrived, or why it could not."""
        moving.advance(work, self._arriving.neighbours, self._arriving)
        landed = {self.task: failure}
        moving.land(work, self._arriving.neighbours, self.job, landed)


@attrs.frozen
class Arriving:
    """Decides what is copied, with the rights that the jobs' owners have by then."""

    settings: AccsynSettings
    neighbours: Neighbours
    files: FileOperations

    def claim(self, work: Work, landings: Sequence[Landing]) -> list[Cargo]:
        """Return what is to be copied for tasks that land; others are done at once."""
        found: list[Cargo] = []
        for landing in landings:
            context = self._context(work, landing.job)
            cargoes, landed = self._sort(context, landing)
            found += cargoes
            moving.land(work, self.neighbours, str(landing.job["id"]), landed)
        return found

    def measure(self, work: Work, job: Row, task: Row) -> int | None:
        """Return the bytes of a task's source; None if it is missing."""
        context, spec = self._context(work, job), members(task["_spec"])
        if context is None or not spec.get("source"):
            return None
        try:
            return measure(context, str(spec["source"]))
        except RemoteError:
            return None

    def put_away(self, work: Work) -> list[Outlived]:
        """Return the folders of temporary files that are to go, out of all ways."""
        found: list[Outlived] = []
        for parcel in work.rows(JOBS.table, *tidying.outlived(work)):
            place = self._temporary(work, parcel)
            found += [] if place is None else [Outlived(str(parcel["id"]), *place)]
        for one in found:
            one.put_away()
        return found

    def _temporary(self, work: Work, parcel: Row) -> tuple[Ground, Names] | None:
        """Return the folder of a parcel's temporary files, if it is here by now."""
        context = self._context(work, parcel)
        if context is None:
            return None
        folder = receiving.temporary(context, parcel)
        return self.files.locate(folder.path, folder.places)

    def _context(self, work: Work, job: Row) -> Context | None:
        owner = work.get(USERS.table, str(job["user"]))
        if owner is None:
            return None
        caller = Caller(owner["id"], owner["code"], owner["role"])
        return Context(work, caller, self.settings, self.neighbours, self.files)

    def _sort(
        self, context: Context | None, landing: Landing
    ) -> tuple[list[Cargo], dict[str, str | None]]:
        cargoes: list[Cargo] = []
        landed: dict[str, str | None] = {}
        for task in landing.tasks:
            key = str(task["id"])
            try:
                ways = None if context is None else self._ways(context, landing, task)
            except RemoteError as error:
                landed[key] = why(error)
                continue
            if ways and context is not None:
                job, space = str(landing.job["id"]), context.work.workspace
                cargoes.append(Cargo(space, job, key, ways, self))
            else:
                landed[key] = None
        return cargoes, landed

    def _ways(
        self, context: Context, landing: Landing, task: Row
    ) -> Sequence[Way] | None:
        spec, mine = members(task["_spec"]), Remembering(Standpoint(context))
        end = Listed(str(spec["destination"]), mine)
        parcel = receiving.parcel_of(context.work, landing.job)
        is_received = parcel is not None and end.path == receiving.bare(context.work)
        if parcel is not None and is_received:
            end = receiving.place_of(context, parcel)
        ways = context.files.ways(str(spec["source"]), mine, end)
        if parcel is not None and is_received and ways:
            tidying.note(context.work, parcel)
        return ways


def why(error: RemoteError) -> str:
    """Return what a task says that failed by *error*."""
    text = error.message
    return text if text.startswith("E#") else f"E#J057 {text}"
