"""Figures: what is shown of a job's life, in the service's words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from .lives import FINISHED

if TYPE_CHECKING:
    from .clock import Instant
    from .lives import JobLife, Rules

_MEGABYTE = 1_000_000
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
    running = [task for task in counted if task.status == "executing"]
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
        speed = rate if task.status == "executing" else 0
        shown[task.key] = Figures(
            status=task.status,
            size=None if job.status == "init" else task.size,
            progress=100 if task.status == "done" else _percent(moved, task.size),
            speed=speed / _MEGABYTE if speed else IDLE,
            etr=show_seconds(-(-(task.size - moved) // speed)) if speed else "",
            finished=task.finished,
            fault=task.fault if task.status == "failed" else None,
        )
    return shown


def show_seconds(seconds: int) -> str:
    """Return a time as the service writes it: `1h:2m:3s`."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}h:{minutes}m:{rest}s"


def _progress(job: JobLife, moved: int, size: int) -> int:
    if job.status == "done":
        return 100
    if size:
        return _percent(moved, size)
    counted = [task for task in job.tasks if task.status != "excluded"]
    return _percent(sum(task.status == "done" for task in counted), len(counted))


def _percent(part: int, whole: int) -> int:
    """Return *part* in percent, rounded down: 100 is all of it."""
    return 100 * part // whole if whole else 0
