"""Living: rows of jobs and tasks as lives, and what became of them as changes."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

import attrs

from . import commands, figures, parcels
from .clock import Instant, from_datetime, to_datetime
from .contracts import Changes, Scene
from .lives import LANDING, JobLife, Rules, TaskLife
from .parcels import ParcelLife, Recipient
from .schedule import advance
from .trying import Trying, ignores_missing, read_number

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

PARCELS = frozenset({"delivery", "request", "stream"})
_LOST = {"queued", "failed"}
_MISSING = "E#J001 the source does not exist: {}"
_KEPT = ("since", "ready", "priority", "is_blocked", "held", "rate", "retries")


@attrs.frozen
class Living:
    """The lives of jobs as rows of the store; it holds no state of its own.

    Every method takes scenes and returns what changes in their rows. A task whose
    `size` is None has no source; without `_life` it is new. All but `advance()` take a
    scene that is settled at its moment.
    """

    rules: Rules = attrs.field(factory=Rules)

    def begin(self, scene: Scene) -> Changes:
        """Return what a job that was just stored, or got new tasks, starts as."""
        now = from_datetime(scene.now)
        if _is_parcel(scene):
            return self._parcel_changes(scene, self._new_parcel(scene, now), now)
        new = [_new_task(row, scene) for row in scene.tasks if not row.get("_life")]
        if _kept(scene.job):
            known = self._job(scene)
            more = commands.add(known, new, now, self.rules)
            return self._changes(scene, more, now)
        fresh = commands.begin(str(scene.job["id"]), new, now, self.rules)
        fresh = attrs.evolve(fresh, rate=_limit(scene), priority=scene.priority)
        fresh = commands.block(fresh, scene.is_blocked, now)
        if scene.job.get("status") == "paused":
            fresh = attrs.evolve(fresh, status="paused")
        return self._changes(scene, fresh, now)

    def land(self, scene: Scene, landed: Mapping[str, str | None]) -> Changes:
        """Return what becomes of tasks whose files have arrived, or why not."""
        now = from_datetime(scene.now)
        return self._changes(scene, commands.land(self._job(scene), landed), now)

    def advance(self, scenes: Sequence[Scene]) -> list[Changes]:
        """Return what time has done to all jobs that move, which share the lanes."""
        working = [scene for scene in scenes if not _is_parcel(scene)]
        settled = iter(self._settle(working))
        return [
            self._parcel_changes(scene, self._parcel(scene, now), now)
            if _is_parcel(scene)
            else self._changes(scene, _queued(next(settled), scene, now), now)
            for scene in scenes
            for now in (from_datetime(scene.now),)
        ]

    def _settle(self, scenes: Sequence[Scene]) -> Sequence[JobLife]:
        if not scenes:
            return ()
        jobs = [self._job(scene) for scene in scenes]
        # what is kept for longer has not changed since: it is written when it does
        start = max(_kept(scene.job)["at"] for scene in scenes)
        return advance(jobs, start, from_datetime(scenes[0].now), self.rules)

    def order(self, scene: Scene, status: str) -> Changes:
        """Return what writing *status* to the job does.

        Raises:
            InvalidRequest: it may not be written now.
        """
        now = from_datetime(scene.now)
        if _is_parcel(scene):
            parcel = self._parcel(scene, now)
            parcel = parcels.command_parcel(parcel, status, now, self.rules)
            return self._parcel_changes(scene, parcel, now)
        job = _queued(self._job(scene), scene, now)
        job = commands.command(job, status, now, self.rules)
        return self._changes(scene, job, now)

    def order_task(self, scene: Scene, task: str, status: str) -> Changes:
        """Return what writing *status* to the task with the id *task* does.

        Raises:
            InvalidRequest: it may not be written now.
        """
        now = from_datetime(scene.now)
        if _is_parcel(scene):
            # what a delivery lists is not sent by itself, so nothing else moves
            commands.check_task_status(status)
            return Changes(tasks={task: {"status": status}})
        job = _queued(self._job(scene), scene, now)
        job = commands.command_task(job, task, status, now, self.rules)
        return self._changes(scene, job, now)

    def _job(self, scene: Scene) -> JobLife:
        """Return the life of the scene's job as it was kept."""
        row, kept = scene.job, _kept(scene.job)
        return JobLife(
            key=str(row["id"]),
            created=_instant(row.get("created")) or 0,
            status=str(row["status"]),
            finished=_instant(row.get("finished")),
            tasks=tuple(_task(one, scene) for one in scene.tasks if one.get("_life")),
            **{name: kept[name] for name in _KEPT if name in kept},
            **attrs.asdict(Trying.of(scene)),
        )

    def _changes(self, scene: Scene, job: JobLife, now: Instant) -> Changes:
        shown = figures.of_job(job, self.rules)
        kept = {name: getattr(job, name) for name in _KEPT}
        found: dict[str, object] = {
            **_row(shown),
            "size": shown.size,
            "progress": shown.progress,
            "speed": shown.speed,
            "etr": shown.etr,
        }
        tasks = self._task_changes(scene, job)
        known = _kept(scene.job)
        kept["next_try"] = job.next_try
        is_moved = bool(tasks) or any(known.get(name) != kept[name] for name in kept)
        kept |= {"at": now, "fault": shown.fault}
        return Changes(_moved(scene.job, found, kept, is_moved=is_moved), tasks)

    def _task_changes(
        self, scene: Scene, job: JobLife
    ) -> Mapping[str, Mapping[str, object]]:
        shown = figures.of_tasks(job, self.rules)
        lives = {task.key: task for task in job.tasks}
        changes: dict[str, Mapping[str, object]] = {}
        for row in scene.tasks:
            key = str(row["id"])
            life = lives[key]
            found: dict[str, object] = {
                **_row(shown[key]),
                "time": life.ran // 1000,
            }
            kept: dict[str, object] = {"ran": life.ran, "fault": shown[key].fault}
            if life.status == LANDING:
                kept["landing"] = life.finished
            is_moved = kept != _kept(row)
            if moved := _moved(row, found, kept, is_moved=is_moved):
                changes[key] = moved
        return changes

    def _new_parcel(self, scene: Scene, now: Instant) -> ParcelLife:
        parcel = self._parcel(scene, now)
        wanted = scene.job.get("status")
        is_ready = bool(parcel.recipients) and (
            parcel.files > 0 or not parcel.needs_files
        )
        if parcel.status == "init" and wanted != "init" and is_ready:
            return parcels.submit(parcel, now, self.rules)
        return parcel

    def _parcel(self, scene: Scene, now: Instant) -> ParcelLife:
        row, kept = scene.job, _kept(scene.job)
        acted = [now if number < scene.acted else None for number in _people(scene)]
        parcel = ParcelLife(
            created=_instant(row.get("created")) or now,
            since=kept.get("since", now),
            status=str(row["status"]) if kept else "init",
            needs_files=row.get("_kind") != "request",
            files=len(scene.tasks) + scene.uploads,
            recipients=tuple(
                Recipient(str(number), when) for number, when in enumerate(acted)
            ),
            expires=kept.get("expires"),
            finished=_instant(row.get("finished")),
        )
        return parcels.advance_parcel(parcel, now, self.rules)

    def _parcel_changes(
        self, scene: Scene, parcel: ParcelLife, now: Instant
    ) -> Changes:
        sizes = [row.get("size") for row in scene.tasks]
        found: dict[str, object] = {
            "status": parcel.status,
            "size": scene.uploaded + sum(s for s in sizes if isinstance(s, int)),
            "progress": 100 if parcel.status == "done" else 0,
            "speed": figures.IDLE,
            "etr": "",
            "finished": _date(parcel.finished),
        }
        kept = {"since": parcel.since, "expires": parcel.expires, "at": now}
        return Changes(_moved(scene.job, found, kept, is_moved=False))


def _queued(job: JobLife, scene: Scene, now: Instant) -> JobLife:
    """Return a job as its queue is by now: more important, paused, or let go."""
    if job.is_blocked != scene.is_blocked:
        job = commands.block(job, scene.is_blocked, now)
    return attrs.evolve(job, priority=scene.priority)


def _is_parcel(scene: Scene) -> bool:
    return scene.job.get("_kind") in PARCELS


def _people(scene: Scene) -> Iterable[int]:
    return range(scene.recipients)


def _kept(row: Mapping[str, object]) -> Mapping[str, Any]:
    return _members(row.get("_life"))


def _members(value: object) -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", value) if isinstance(value, dict) else {}


def _limit(scene: Scene) -> int | None:
    """Return the bytes a second that a job's settings allow."""
    megabytes = read_number(scene, "transfer_speedlimit", -1.0)
    return max(1, int(megabytes * 1_000_000)) if 0 < megabytes < 1e9 else None


def _new_task(row: Mapping[str, object], scene: Scene) -> TaskLife:
    status = str(row.get("status"))
    is_given = status in commands.TASK_WRITABLE
    return _life(row, scene, status if is_given else "queued")


def _task(row: Mapping[str, object], scene: Scene) -> TaskLife:
    kept = _kept(row)
    life = attrs.evolve(_life(row, scene, str(row["status"])), ran=kept["ran"])
    if "landing" in kept:
        return attrs.evolve(life, status=LANDING, finished=kept["landing"])
    if life.status == "failed" and life.fault is None:
        return attrs.evolve(life, failure=kept.get("fault"))
    return life


def _life(row: Mapping[str, object], scene: Scene, status: str) -> TaskLife:
    size = row.get("size")
    if size is None and status in _LOST and ignores_missing(scene):
        status = "excluded"
    spec = _members(row.get("_spec"))
    is_sent = bool(spec.get("source") and spec.get("destination"))
    return TaskLife(
        key=str(row["id"]),
        size=size if isinstance(size, int) else 0,
        priority=_priority(row),
        status=status,
        finished=_instant(row.get("finished")),
        # measured again before a retry, it may be there by then
        fault=_MISSING.format(_path(row)) if size is None else None,
        lands=is_sent and scene.job.get("_kind") == "transfer",
    )


def _path(row: Mapping[str, object]) -> str:
    return str(_members(row.get("source")).get("path", ""))


def _priority(row: Mapping[str, object]) -> int:
    priority = row.get("priority")
    return priority if isinstance(priority, int) else 500


def _row(shown: figures.Figures) -> dict[str, object]:
    return {"status": shown.status, "finished": _date(shown.finished)}


def _instant(date: object) -> Instant | None:
    return from_datetime(date) if isinstance(date, datetime) else None


def _date(instant: Instant | None) -> datetime | None:
    return None if instant is None else to_datetime(instant)


def _moved(
    row: Mapping[str, object],
    found: Mapping[str, object],
    kept: Mapping[str, object],
    *,
    is_moved: bool,
) -> Mapping[str, object]:
    """Return what is another value than in *row*, with what is *kept* for next time.

    A job that only waits need not be written down each time somebody looks.
    """
    changes = {name: value for name, value in found.items() if row.get(name) != value}
    if not (changes or is_moved) and row.get("_life"):
        return {}
    return {**changes, "_life": dict(kept)}
