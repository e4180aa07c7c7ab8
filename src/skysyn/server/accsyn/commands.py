"""Commands: what people do to jobs and tasks by writing their status."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from skysyn.errors import InvalidRequest

from .lives import FINISHED, LANDING, UNDER_WAY, JobLife, TaskLife

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from .clock import Instant
    from .lives import Rules

WRITABLE = ("waiting", "paused", "aborted", "done")
"""The statuses of jobs that people may write."""

TASK_WRITABLE = ("queued", "onhold", "excluded", "failed", "done")
"""The statuses of tasks that people may write."""


def begin(key: str, tasks: Sequence[TaskLife], now: Instant, rules: Rules) -> JobLife:
    """Return the life of a new job; pause it, give it a priority as you like."""
    ready = now + rules.measuring + rules.queueing
    return JobLife(key=key, created=now, since=now, ready=ready, tasks=tuple(tasks))


def command(job: JobLife, status: str, now: Instant, rules: Rules) -> JobLife:
    """Return *job* after somebody wrote its status; it is settled at *now*.

    Raises:
        InvalidRequest: only the service sets that status, or the job is finished.
    """
    match status:
        case "waiting":
            return resume(job, now, rules)
        case "paused":
            return pause(job, now)
        case "aborted":
            return abort(job, now)
        case "done":
            return complete(job, now)
        case _:
            allowed = ", ".join(WRITABLE)
            msg = f"a job's status cannot be set to {status!r}: write one of {allowed}"
            raise InvalidRequest(msg)


def resume(job: JobLife, now: Instant, rules: Rules) -> JobLife:
    """Let a job go on; failed tasks are tried again, a done one is done again."""
    match job.status:
        case "init" | "waiting" | "running":
            return job
        case "done":
            again = {"done"}
        case _:
            again = {"failed", "onhold"} if job.held else {"failed"}
    tasks = _each(job, again, requeue)
    return _woken(attrs.evolve(job, tasks=tasks), now, rules)


def _written(task: TaskLife, status: str, now: Instant) -> TaskLife:
    """Return *task* after somebody wrote its status."""
    if task.status == status:
        return task
    match status:
        case "queued":
            return requeue(task)
        case "excluded":
            return exclude(task)
        case "onhold":
            return attrs.evolve(task, status="onhold", finished=None)
        case _:
            return attrs.evolve(task, status=status, finished=now)


def retry(job: JobLife, now: Instant, rules: Rules) -> JobLife:
    """Try a failed job again that nobody told to."""
    tasks = _each(job, {"failed"}, requeue)
    woken = _woken(attrs.evolve(job, tasks=tasks), now, rules)
    return attrs.evolve(woken, retries=job.retries + 1)


def pause(job: JobLife, now: Instant) -> JobLife:
    """Stop a job until it is resumed; what is there stays there.

    Raises:
        InvalidRequest: it is finished.
    """
    _check_unfinished(job, "paused")
    if job.status == "paused":
        return attrs.evolve(job, held=False)
    return attrs.evolve(_stopped(job), status="paused", since=now)


def abort(job: JobLife, now: Instant) -> JobLife:
    """End a job as it is."""
    if job.status in FINISHED:
        return job
    stopped = _stopped(job)
    return attrs.evolve(stopped, status="aborted", since=now, finished=now, held=False)


def complete(job: JobLife, now: Instant) -> JobLife:
    """Call a job done: what is not there is left out."""
    if job.status == "done":
        return job
    unfinished = {*UNDER_WAY, "queued", "onhold", "failed", "pending"}
    tasks = _each(job, unfinished, exclude)
    return attrs.evolve(
        job, tasks=tasks, status="done", since=now, finished=now, held=False
    )


def block(job: JobLife, is_blocked: bool, now: Instant) -> JobLife:
    """Keep a job from running, or let it, as its queue is paused or not."""
    stopped = _stopped(job) if is_blocked else job
    if stopped.status == "running" and is_blocked:
        stopped = attrs.evolve(stopped, status="waiting", since=now)
    return attrs.evolve(stopped, is_blocked=is_blocked, ready=max(job.ready, now))


def add(job: JobLife, tasks: Sequence[TaskLife], now: Instant, rules: Rules) -> JobLife:
    """Return *job* with more tasks, which wake it if it is finished."""
    more = attrs.evolve(job, tasks=(*job.tasks, *tasks))
    is_over = job.status in FINISHED or job.status == "failed"
    return _woken(more, now, rules) if is_over else more


def check_task_status(status: str) -> None:
    """Raise InvalidRequest if people may not write this status of a task."""
    if status not in TASK_WRITABLE:
        allowed = ", ".join(TASK_WRITABLE)
        msg = f"a task's status cannot be set to {status!r}: write one of {allowed}"
        raise InvalidRequest(msg)


def command_task(
    job: JobLife, key: str, status: str, now: Instant, rules: Rules
) -> JobLife:
    """Return *job* after somebody wrote the status of a task; it is settled at *now*.

    Raises:
        InvalidRequest: only the service sets that status.
    """
    check_task_status(status)
    tasks = tuple(
        _written(task, status, now) if task.key == key else task for task in job.tasks
    )
    changed = attrs.evolve(job, tasks=tasks)
    is_asleep = job.held or job.status in {*FINISHED, "failed"}
    if status == "queued" and is_asleep and tasks != job.tasks:
        return _woken(changed, now, rules)
    return _concluded(changed, now)


def land(job: JobLife, landed: Mapping[str, str | None]) -> JobLife:
    """Return *job* after files of tasks have arrived, or why they could not."""
    tasks = tuple(
        _landed(task, landed[task.key])
        if task.key in landed and task.status == LANDING
        else task
        for task in job.tasks
    )
    # it ended when its time was over, however long the copying took
    ends = [task.finished for task in tasks if task.finished is not None]
    return _concluded(attrs.evolve(job, tasks=tasks), max(ends, default=job.since))


def _landed(task: TaskLife, failure: str | None) -> TaskLife:
    status = "done" if failure is None else "failed"
    return attrs.evolve(task, status=status, failure=failure)


def requeue(task: TaskLife) -> TaskLife:
    """Return *task* to try again, from its start if it ended."""
    ran = 0 if task.status in {"failed", "done"} else task.ran
    return attrs.evolve(task, status="queued", ran=ran, finished=None, failure=None)


def exclude(task: TaskLife) -> TaskLife:
    """Return *task* as left out of its job."""
    return attrs.evolve(task, status="excluded", ran=0, finished=None)


def _concluded(job: JobLife, now: Instant) -> JobLife:
    """Return a job whose last task was held or left out as what that makes it."""
    found = {task.status for task in job.tasks}
    if job.status not in {"waiting", "running"} or found & UNDER_WAY:
        return job
    if "queued" in found:
        return attrs.evolve(job, status="waiting")
    if "failed" in found:
        return attrs.evolve(job, status="failed", since=now)
    if "onhold" in found:
        return attrs.evolve(job, status="paused", since=now, held=True)
    return attrs.evolve(job, status="done", since=now, finished=now)


def _each(
    job: JobLife,
    statuses: Collection[str],
    change: Callable[[TaskLife], TaskLife],
) -> tuple[TaskLife, ...]:
    return tuple(
        change(task) if task.status in statuses else task for task in job.tasks
    )


def _woken(job: JobLife, now: Instant, rules: Rules) -> JobLife:
    return attrs.evolve(
        job,
        status="waiting",
        since=now,
        ready=now + rules.queueing,
        finished=None,
        held=False,
        retries=0,
    )


def _stopped(job: JobLife) -> JobLife:
    """Return *job* with its running tasks back in the line, with what they did."""
    tasks = _each(job, UNDER_WAY, requeue)
    return attrs.evolve(job, tasks=tasks)


def _check_unfinished(job: JobLife, status: str) -> None:
    if job.status in FINISHED:
        msg = f"the job is {job.status}: set it to waiting first, not to {status}"
        raise InvalidRequest(msg)
