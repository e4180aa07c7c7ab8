"""Receiving: where files are that were sent into a delivery, request or stream."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
from sqlalchemy import func, select

from .context import Caller
from .contracts import Listed
from .standpoint import Standpoint
from .tables import JOBS, SHARED_KINDS, TASKS, USERS
from .work import members

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .context import Context
    from .work import Row, Work

TEMPORARY = ".accsyn"
"""The folder on the default volume for files that no destination was named for."""


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
    return temporary(context, parcel)


def temporary(context: Context, parcel: Row) -> Listed:
    """Return the folder of files that no destination was named for."""
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
