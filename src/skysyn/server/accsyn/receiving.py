"""Receiving: where files are that were sent into a delivery, request or stream."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

import attrs
from sqlalchemy import func, select

from skysyn.errors import RemoteError

from . import folders
from .context import Caller
from .contracts import Listed
from .standpoint import Standpoint
from .tables import JOBS, SHARED_KINDS, TASKS, USERS
from .work import members

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import ColumnElement

    from .context import Context
    from .paths import Names
    from .walking import Ground
    from .work import Row, Work

TEMPORARY = ".accsyn"
"""The folder on the default volume for files that no destination was named for."""

_KEPT = timedelta(hours=4)
"""How long temporary files outlive what they were sent into."""

_MARK = "temporary"


def parcel_of(work: Work, job: Mapping[str, object]) -> Row | None:
    """Return the delivery, request or stream that a job belongs to."""
    found = work.get(JOBS.table, str(job["parent"]))
    return found if found is not None and found["_kind"] in SHARED_KINDS else None


def bare(work: Work) -> str:
    """Return the destination of a task that names none."""
    return f"{work.workspace}:"


def place_of(context: Context, parcel: Row) -> Listed:
    """Return the folder that files come to, and who they are written by."""
    named = members(parcel["_spec"]).get("destination")
    if named:
        return Listed(f"{str(named).rstrip('/')}/", Standpoint(by(context, parcel)))
    folder = f"share=(default)/{TEMPORARY}/{parcel['id']}/"
    return Listed(folder, Standpoint(context, sees_all=True))


def by(context: Context, job: Row) -> Context:
    """Return the context of a job's owner."""
    owner = context.work.get(USERS.table, str(job["user"]))
    if owner is None:
        return context
    caller = Caller(owner["id"], owner["code"], owner["role"])
    return attrs.evolve(context, caller=caller)


def listed(context: Context, parcel: Row) -> list[Listed]:
    """Return what a delivery lists: its own files, and what was sent to it."""
    tasks, jobs = TASKS.table, JOBS.table
    mine = _in_order(context.work.rows(tasks, tasks.c.job == parcel["id"]))
    places = Standpoint(by(context, parcel))
    found = [Listed(source, places) for task in mine if (source := _source(task))]
    sent = context.work.rows(jobs, jobs.c.parent == parcel["id"])
    keys = [str(job["id"]) for job in sent]
    uploads = context.work.rows(tasks, tasks.c.job.in_(keys), tasks.c.status == "done")
    return found + [
        one
        for task in _in_order(uploads)
        if members(task["_spec"]).get("destination") == bare(context.work)
        for one in [_received(context, parcel, str(_source(task)))]
    ]


def _in_order(found: list[Row]) -> list[Row]:
    """Return tasks as they were added: their ids are by chance."""
    return sorted(found, key=lambda task: (task["created"], task["_number"]))


def uploaded(work: Work, parcel: str) -> int:
    """Return the bytes of what was sent into a delivery."""
    tasks, jobs = TASKS.table, JOBS.table
    sent = select(jobs.c.id).where(work.here(jobs), jobs.c.parent == parcel)
    found = select(func.sum(tasks.c.size)).where(
        work.here(tasks),
        tasks.c.job.in_(sent),
        tasks.c.status == "done",
        tasks.c["_spec"]["destination"].as_string() == bare(work),
    )
    return int(work.connection.execute(found).scalar_one() or 0)


def _source(task: Row) -> str | None:
    """Return what a task sends, if it was there."""
    source = members(task["_spec"]).get("source")
    is_sent = task["status"] != "excluded" and task["size"] is not None
    return str(source) if source and is_sent else None


def _received(context: Context, parcel: Row, source: str) -> Listed:
    folder = place_of(context, parcel)
    name = source.rstrip("/\\").replace("\\", "/").rpartition("/")[2]
    return attrs.evolve(folder, path=folder.path + name)


def note(work: Work, parcel: Row) -> None:
    """Note that there are temporary files."""
    spec = members(parcel["_spec"])
    if not spec.get("destination") and not spec.get(_MARK):
        marked = {**spec, _MARK: True}
        work.change(JOBS.table, str(parcel["id"]), {"_spec": marked})


def forget(work: Work) -> None:
    """Note that what has outlived its delivery is there no more."""
    for parcel in work.rows(JOBS.table, *outlived(work)):
        spec = {k: v for k, v in members(parcel["_spec"]).items() if k != _MARK}
        work.change(JOBS.table, str(parcel["id"]), {"_spec": spec})


def outlived(work: Work) -> tuple[ColumnElement[bool], ...]:
    """Return the condition that temporary files of a job are to be deleted."""
    table = JOBS.table
    return (
        table.c["_kind"].in_(SHARED_KINDS),
        table.c.finished <= work.now - _KEPT,
        table.c["_spec"][_MARK].as_string().is_not(None),
    )


def clear(ground: Ground, names: Names) -> None:
    """Delete a folder of temporary files, and the one it is in if it is empty."""
    with suppress(RemoteError):
        folders.delete(ground, names, force=True)
        folders.delete(ground, names[:-1], force=False)
