"""Adding: tasks for a job that is there already."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from skysyn.dialects.accsyn.refusals import invalid, taken

from . import moving, tasks
from .tables import SHARED_KINDS, TASKS
from .work import members

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from skysyn.models import JSON

    from .context import Context
    from .work import Row


@attrs.define
class _Sorted:
    """Tasks that a job has not, and those of its own that are wanted again."""

    new: list[tasks.Wanted] = attrs.field(factory=list["tasks.Wanted"])
    again: list[Row] = attrs.field(factory=list["Row"])


def add(
    context: Context, job: Row, listed: JSON, *, may_repeat: bool = True
) -> list[Row]:
    """Add tasks to a job, which wakes it; those that are there are tried again."""
    key = str(job["id"])
    known = tasks.of_job(context, key)
    fixed = {"source": None, "destination": members(job["_spec"]).get("destination")}
    found = _sort(tasks.wanted(listed), known, fixed)
    if found.again and not may_repeat:
        msg = f"duplicate: task {found.again[0]['uri']} already exists"
        raise taken(msg)
    parties = {name: job[name] for name in ("source", "destination")}
    plan = tasks.Planning(context, key, known, fixed, parties).plan(found.new)
    _check_ends(job, plan)
    context.work.insert(TASKS.table, *(task.row for task in plan))
    moving.begin(context, key)
    for row in found.again:
        moving.retry_task(context, key, row)
    ids = {str(row["id"]) for row in (*(task.row for task in plan), *found.again)}
    return [row for row in tasks.of_job(context, key) if row["id"] in ids]


def _sort(
    wanted: Sequence[tasks.Wanted],
    known: Sequence[Row],
    fixed: Mapping[str, str | None],
) -> _Sorted:
    there = {both_ends(row): row for row in known}
    found = _Sorted()
    for task in wanted:
        source = task.data.get("source")
        ends = (source, task.data.get("destination") or fixed["destination"])
        same = there.get(ends) if source is not None else None
        if same is None:
            found.new.append(task)
        else:
            found.again.append(same)
    return found


def both_ends(task: Row) -> tuple[object, object]:
    """Return where a task leads from and to, as it was written."""
    spec = members(task["_spec"])
    return spec.get("source"), spec.get("destination")


def _check_ends(job: Row, plan: Sequence[tasks.Planned]) -> None:
    if job["_kind"] in SHARED_KINDS:
        return
    for task in plan:
        for name in ("source", "destination"):
            party = getattr(task, name)
            if party is not None and job[name] not in {None, party}:
                msg = f"a job has one {name}, and this one's is {job[name]}"
                raise invalid(msg)
