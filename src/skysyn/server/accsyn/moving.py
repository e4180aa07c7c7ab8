"""Moving: jobs and tasks as time and people change them, written down."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs
from sqlalchemy import func, select

from .arriving import Arriving
from .contracts import Scene
from .standpoint import measure
from .tables import ARCHIVED, JOBS, SHARED_KINDS, TASKS, recipient

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from .context import Context
    from .contracts import Changes
    from .neighbours import Neighbours
    from .work import Row, Work

_STILL = ("done", "aborted", "paused", "failed")
"""The statuses that time alone does not change."""


def is_anything_moving(work: Work) -> bool:
    """Whether time changes any job of the workspace."""
    table = JOBS.table
    return work.one(table, *_moving()) is not None


def _moving() -> tuple[ColumnElement[bool], ...]:
    table = JOBS.table
    return (
        table.c["_kind"] != "queue",
        table.c.status.not_in(_STILL),
        table.c[ARCHIVED].is_(False),
    )


def advance(work: Work, neighbours: Neighbours, arriving: Arriving) -> None:
    """Write down what time has done to the jobs of the workspace."""
    jobs = work.rows(JOBS.table, *_moving())
    scenes = [scene_of(work, job) for job in jobs]
    found = neighbours.life.advance(scenes)
    for job, scene, changes in zip(jobs, scenes, found, strict=True):
        _write(work, job, changes)
        arriving.arrive(work, scene, changes)


def scene_of(work: Work, job: Row) -> Scene:
    """Return a job with all that its life depends on."""
    key = job["id"]
    tasks, jobs = TASKS.table, JOBS.table
    found = sorted(work.rows(tasks, tasks.c.job == key), key=_number)
    if job["_kind"] not in SHARED_KINDS:
        return _with_queue(work, Scene(job, found, work.now))
    people = work.rows(recipient, recipient.c.job == key)
    uploads = select(func.count()).where(
        work.here(jobs),
        jobs.c.parent == key,
        jobs.c.status == "done",
        jobs.c[ARCHIVED].is_(False),
    )
    return Scene(
        job,
        found,
        work.now,
        recipients=len(people),
        uploads=work.connection.execute(uploads).scalar_one(),
        acted=sum(1 for person in people if person["actioned"]),
    )


def _with_queue(work: Work, scene: Scene) -> Scene:
    queue = work.get(JOBS.table, str(scene.job["queue"]))
    if queue is None:
        return scene
    is_paused = queue["status"] == "paused"
    return attrs.evolve(scene, priority=queue["priority"], is_blocked=is_paused)


def _number(task: Row) -> int:
    return int(task["_number"] or 0)


def _write(work: Work, job: Row, changes: Changes) -> None:
    if changes.job:
        work.change(JOBS.table, str(job["id"]), changes.job)
    for key, values in changes.tasks.items():
        work.change(TASKS.table, key, values)
    if changes.job.get("status") == "done":
        _note_action(work, job)


def _note_action(work: Work, job: Row) -> None:
    """Note that a recipient did what a delivery asked for, by this transfer."""
    row = recipient.c
    mine = row.job == job["parent"], row.user == job["user"]
    work.update(recipient, {"actioned": True}, *mine)


def _job(context: Context, key: str) -> Row:
    found = context.work.get(JOBS.table, key)
    if found is None:
        raise LookupError(key)
    return found


def begin(context: Context, key: str) -> None:
    """Let a job start that was just stored, or got more to do."""
    job = _job(context, key)
    scene = scene_of(context.work, job)
    _write(context.work, job, context.neighbours.life.begin(scene))


def follow_queue(context: Context) -> None:
    """Let jobs go on as their queues are by now: paused, let go, more important."""
    arriving = Arriving(context.settings, context.neighbours, context.files)
    advance(context.work, context.neighbours, arriving)


def order(context: Context, key: str, status: str) -> None:
    """Do what writing the *status* of a job means."""
    if status == "waiting":
        _measure_again(context, key)
    job = _job(context, key)
    scene = scene_of(context.work, job)
    _write(context.work, job, context.neighbours.life.order(scene, status))


def order_task(context: Context, key: str, task: str, status: str) -> None:
    """Do what writing the *status* of a task means."""
    if status == "queued":
        _measure_again(context, key)
    job = _job(context, key)
    scene = scene_of(context.work, job)
    _write(context.work, job, context.neighbours.life.order_task(scene, task, status))


def _measure_again(context: Context, key: str) -> None:
    """Look for the sources that were missing before their tasks are tried again."""
    table = TASKS.table
    for task in context.work.rows(table, table.c.job == key, table.c.size.is_(None)):
        spec: Any = task["_spec"] or {}
        if spec.get("source"):
            size = measure(context, str(spec["source"]))
            context.work.change(table, str(task["id"]), {"size": size})


def retry_task(context: Context, key: str, task: Row) -> None:
    """Try a task again that somebody added a second time."""
    if task["status"] not in {"queued", "booting", "executing"}:
        order_task(context, key, str(task["id"]), "queued")
