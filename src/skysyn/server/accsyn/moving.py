"""Moving: jobs and tasks as time and people change them, written down."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Protocol

import attrs
from sqlalchemy import and_, func, or_, select

from . import receiving, tidying
from .contracts import Scene
from .inheriting import Inheriting
from .standpoint import measure
from .tables import ARCHIVED, JOBS, SHARED_KINDS, TASKS, recipient
from .trying import Trying
from .work import members

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

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
    is_tidied = and_(*tidying.outlived(work))
    return work.one(table, or_(and_(*_moving()), is_tidied)) is not None


def _moving() -> tuple[ColumnElement[bool], ...]:
    table = JOBS.table
    is_tried_again = and_(
        table.c.status == "failed",
        table.c["_life"]["next_try"].as_string().is_not(None),
    )
    return (
        table.c["_kind"] != "queue",
        or_(table.c.status.not_in(_STILL), is_tried_again),
        table.c[ARCHIVED].is_(False),
    )


@attrs.frozen
class Landing:
    """A job, and those of its tasks whose files are on their way."""

    job: Row
    tasks: Sequence[Row]


class Sources(Protocol):
    """What jobs bring elsewhere."""

    def measure(self, work: Work, job: Row, task: Row) -> int | None:
        """Return the bytes of a task's source; None if it is missing."""
        ...


def advance(work: Work, neighbours: Neighbours, sources: Sources) -> list[Landing]:
    """Write down what time has done to the jobs of the workspace; return what lands."""
    scenes = [_look_again(work, scene, sources) for scene in _moving_scenes(work)]
    found = neighbours.life.advance(scenes)
    landings: list[Landing] = []
    for scene, changes in zip(scenes, found, strict=True):
        _write(work, scene.job, changes)
        if tasks := _landing(scene, changes):
            landings.append(Landing(dict(scene.job), tasks))
    return landings


def _look_again(work: Work, scene: Scene, sources: Sources) -> Scene:
    """Look for what is missing of a job that is tried again by itself."""
    done = members(scene.job["_life"]).get("retries", 0)
    if Trying.of(scene).most_retries <= done:
        return scene
    job = dict(scene.job)
    tasks = [dict(task) for task in scene.tasks]
    for task in tasks:
        if task["size"] is None:
            task["size"] = sources.measure(work, job, task)
            work.change(TASKS.table, str(task["id"]), {"size": task["size"]})
    return attrs.evolve(scene, tasks=tasks)


def _landing(scene: Scene, changes: Changes) -> list[Row]:
    after = ({**task, **changes.tasks.get(str(task["id"]), {})} for task in scene.tasks)
    return [task for task in after if is_landing(task)]


def is_landing(task: Mapping[str, object]) -> bool:
    """Whether the files of a task are on their way."""
    return "landing" in members(task["_life"]) and not task["_archived"]


def land(
    work: Work, neighbours: Neighbours, key: str, landed: Mapping[str, str | None]
) -> None:
    """Write down that files of a job's tasks have arrived, or why they could not."""
    job = work.get(JOBS.table, key)
    if job is not None and landed:
        scene = scene_of(work, job)
        _write(work, job, neighbours.life.land(scene, landed))


def _moving_scenes(work: Work) -> list[Scene]:
    """Return all jobs that move, read by few statements however many they are."""
    jobs, tasks = JOBS.table, TASKS.table
    moving = select(jobs.c.id).where(work.here(jobs), *_moving())
    found = defaultdict[str, "list[Row]"](list)
    for task in sorted(work.rows(tasks, tasks.c.job.in_(moving)), key=_number):
        found[task["job"]].append(task)
    queues = {row["id"]: row for row in work.rows(jobs, jobs.c["_kind"] == "queue")}
    inheriting = Inheriting.read(work)
    return [
        attrs.evolve(
            _scene(work, job, found[job["id"]], queues.get(job["queue"])),
            settings=inheriting.of(job),
        )
        for job in work.rows(jobs, *_moving())
    ]


def scene_of(work: Work, job: Row) -> Scene:
    """Return a job with all that its life depends on."""
    tasks = TASKS.table
    found = sorted(work.rows(tasks, tasks.c.job == job["id"]), key=_number)
    scene = _scene(work, job, found, work.get(JOBS.table, str(job["queue"])))
    return attrs.evolve(scene, settings=Inheriting.read(work).of(job))


def _scene(work: Work, job: Row, found: list[Row], queue: Row | None) -> Scene:
    key, jobs = job["id"], JOBS.table
    if job["_kind"] not in SHARED_KINDS:
        return _with_queue(Scene(job, found, work.now), queue)
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
        uploaded=receiving.uploaded(work, key),
        acted=sum(1 for person in people if person["actioned"]),
    )


def _with_queue(scene: Scene, queue: Row | None) -> Scene:
    if queue is None:
        return scene
    is_paused = queue["status"] == "paused"
    return attrs.evolve(scene, priority=queue["priority"], is_blocked=is_paused)


def _number(task: Row) -> int:
    return int(task["_number"] or 0)


def _write(work: Work, job: Mapping[str, Any], changes: Changes) -> None:
    if changes.job:
        work.change(JOBS.table, str(job["id"]), changes.job)
    for key, values in changes.tasks.items():
        work.change(TASKS.table, key, values)
    if changes.job.get("status") == "done":
        _note_action(work, job)


def _note_action(work: Work, job: Mapping[str, Any]) -> None:
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
