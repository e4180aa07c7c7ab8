"""Figures: what is shown of a job's life, in the service's words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from .lives import FINISHED, LANDING

if TYPE_CHECKING:
    from .clock import Instant
    from .lives import JobLife, Rules, TaskLife

_MEGABYTE = 1_000_000
_MOVING = {"executing", LANDING}
_ALMOST = 99
"""The progress of what was sent and is not all there yet."""
IDLE = -1.0
"""The speed of what does not move."""


@attrs.frozen
class Figures:
    """A job's or task's numbers: *speed* in MB/s, *etr* is the time left as text."""

    status: str
    size: int | None
    progress: int
    speed: float
    etr: str
    finished: Instant | None
    fault: str | None


def of_job(job: JobLife, rules: Rules) -> Figures:
    """Return what is shown of *job*."""
    rate = job.speed_of_one(rules)
    counted = [task for task in job.tasks if task.status != "excluded"]
    size = sum(task.size for task in counted)
    moved = sum(task.moved(rate, rules) for task in counted)
    running = [task for task in counted if task.status in _MOVING]
    speed = len(running) * rate
    left = -(-(size - moved) // speed) if speed else None
    is_over = job.status in FINISHED
    return Figures(
        status=job.status,
        size=None if job.status == "init" else size,
        progress=_progress(job, moved, size),
        speed=speed / _MEGABYTE if speed else IDLE,
        etr="" if left is None else show_seconds(left),
        finished=job.finished if is_over else None,
        fault=job.fault,
    )


def of_tasks(job: JobLife, rules: Rules) -> dict[str, Figures]:
    """Return what is shown of each task of *job*, by its key."""
    rate = job.speed_of_one(rules)
    shown = dict[str, Figures]()
    for task in job.tasks:
        moved = task.moved(rate, rules)
        speed = rate if task.status in _MOVING else 0
        is_landing = task.status == LANDING
        shown[task.key] = Figures(
            status="executing" if is_landing else task.status,
            size=None if job.status == "init" else task.size,
            progress=_progress_of_task(task, moved),
            speed=speed / _MEGABYTE if speed else IDLE,
            etr=show_seconds(-(-(task.size - moved) // speed)) if speed else "",
            finished=None if is_landing else task.finished,
            fault=task.reason if task.status == "failed" else None,
        )
    return shown


def _progress_of_task(task: TaskLife, moved: int) -> int:
    if task.status == "done":
        return 100
    percent = _percent(moved, task.size)
    return min(percent, _ALMOST) if task.status == LANDING else percent


def show_seconds(seconds: int) -> str:
    """Return a time as the service writes it: `1h:2m:3s`."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}h:{minutes}m:{rest}s"


def _progress(job: JobLife, moved: int, size: int) -> int:
    if job.status == "done":
        return 100
    if size:
        percent = _percent(moved, size)
        return min(percent, _ALMOST) if _is_landing(job) else percent
    counted = [task for task in job.tasks if task.status != "excluded"]
    return _percent(sum(task.status == "done" for task in counted), len(counted))


def _is_landing(job: JobLife) -> bool:
    return any(task.status == LANDING for task in job.tasks)


def _percent(part: int, whole: int) -> int:
    """Return *part* in percent, rounded down: 100 is all of it."""
    return 100 * part // whole if whole else 0
