"""Arriving: files of done tasks are really where they went, if both ends are here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from skysyn.errors import RemoteError

from .context import Caller, Context
from .standpoint import Standpoint
from .tables import JOBS, TASKS, USERS

if TYPE_CHECKING:
    from .contracts import Changes, FileOperations, Scene
    from .neighbours import Neighbours
    from .settings import AccsynSettings
    from .work import Row, Work


@attrs.frozen
class Arriving:
    """Copies files between real folders once their tasks are done."""

    settings: AccsynSettings
    neighbours: Neighbours
    files: FileOperations

    def arrive(self, work: Work, scene: Scene, changes: Changes) -> None:
        """Copy what tasks moved that *changes* call done.

        It is done as the job's owner, with the rights of the present. What cannot be
        copied fails its task and job.
        """
        owner = work.get(USERS.table, str(scene.job["user"]))
        if scene.job["_kind"] != "transfer" or owner is None:
            return
        caller = Caller(owner["id"], owner["code"], owner["role"])
        context = Context(work, caller, self.settings, self.neighbours, self.files)
        for task in scene.tasks:
            if changes.tasks.get(str(task["id"]), {}).get("status") == "done":
                self._copy(context, str(scene.job["id"]), dict(task))

    def _copy(self, context: Context, job: str, task: Row) -> None:
        spec: Any = task["_spec"] or {}
        source, destination = spec.get("source"), spec.get("destination")
        if not source or not destination:
            return
        try:
            context.files.copy(str(source), str(destination), Standpoint(context))
        except RemoteError as error:
            _fail(context, job, str(task["id"]), f"E#J057 {error.message}")


def _fail(context: Context, job: str, task: str, fault: str) -> None:
    for table, key in ((TASKS.table, task), (JOBS.table, job)):
        row = context.work.get(table, key)
        if row is not None:
            kept: dict[str, object] = row["_life"] or {}
            life = {**kept, "fault": fault}
            context.work.change(table, key, {"status": "failed", "_life": life})
    context.work.change(JOBS.table, job, {"finished": None})
