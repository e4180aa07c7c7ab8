"""The schedule: what time does to jobs that share some lanes.

It is a function: stored lives and two instants in, lives out. Nothing runs meanwhile,
and however often the way is cut into steps, it leads to the same end.
"""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING, TypeAlias

import attrs

from . import commands
from .lives import ACTIVE, LANDING, MOVING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .clock import Instant
    from .lives import JobLife, Rules, TaskLife

_Event: TypeAlias = tuple["Instant", int, int]
"""When, which job, and which task of it: -1 where it is about the job."""

_ITSELF = -1


def advance(
    jobs: Sequence[JobLife], start: Instant, until: Instant, rules: Rules
) -> tuple[JobLife, ...]:
    """Return *jobs*, which are as they were at *start*, as they are at *until*."""
    if until <= start:
        return tuple(jobs)
    schedule = _Schedule(jobs, start, rules)
    schedule.run(until)
    return schedule.lives()


def _state(task: TaskLife, rules: Rules) -> str:
    return "booting" if task.ran < rules.booting else "executing"


def _end(task: TaskLife) -> str:
    if task.fault:
        return "failed"
    return LANDING if task.lands else "done"


class _Job:
    """A job while its schedule is made."""

    def __init__(self, life: JobLife, start: Instant, rules: Rules) -> None:
        self.life = life
        self.tasks = list(life.tasks)
        self.rate = life.speed_of_one(rules)
        self.active = {
            number: start - task.ran
            for number, task in enumerate(self.tasks)
            if task.status in ACTIVE
        }
        """When each running task would have begun, had it never stopped."""
        self.queued = list[tuple[int, int]]()
        self.line_up()
        self.next_try: Instant | None = None
        self.landing = sum(task.status == LANDING for task in self.tasks)

    def line_up(self) -> None:
        """Put the tasks that wait into their order."""
        self.queued = [
            (-task.priority, number)
            for number, task in enumerate(self.tasks)
            if task.status == "queued"
        ]
        heapq.heapify(self.queued)

    @property
    def rank(self) -> tuple[int, Instant, str]:
        """Who comes first."""
        return -self.life.priority, self.life.created, self.life.key

    def become(self, status: str, now: Instant) -> None:
        """Take a status, unless it is the present one."""
        if status == self.life.status:
            return
        held = status == "paused"
        finished = now if status == "done" else None
        self.life = attrs.evolve(
            self.life, status=status, since=now, held=held, finished=finished
        )

    def next_status(self) -> str:
        """Return what the states of its tasks make of it."""
        if self.active or self.landing:
            return "running"
        if self.queued:
            return "waiting"
        found = {task.status for task in self.tasks}
        if "failed" in found:
            return "failed"
        return "paused" if "onhold" in found else "done"

    def retry(self, now: Instant, rules: Rules) -> None:
        """Try what failed again."""
        life = attrs.evolve(self.life, tasks=tuple(self.tasks))
        self.life = commands.retry(life, now, rules)
        self.tasks = list(self.life.tasks)
        self.line_up()

    def finish(self, number: int, now: Instant, rules: Rules) -> None:
        """End a task."""
        task = self.tasks[number]
        del self.active[number]
        self.landing += task.lands and not task.fault
        self.tasks[number] = attrs.evolve(
            task,
            status=_end(task),
            ran=task.cost(self.rate, rules),
            finished=now,
        )

    def stop_at(self, until: Instant, rules: Rules) -> JobLife:
        """Return the life with what its tasks have done by now."""
        for number, begun in self.active.items():
            task = attrs.evolve(self.tasks[number], ran=until - begun)
            self.tasks[number] = attrs.evolve(task, status=_state(task, rules))
        return attrs.evolve(self.life, tasks=tuple(self.tasks))


class _Schedule:
    """Jobs, lanes, and what happens next."""

    def __init__(self, jobs: Sequence[JobLife], start: Instant, rules: Rules) -> None:
        self._jobs = [_Job(life, start, rules) for life in jobs]
        self._rules = rules
        self._now = start
        self._events: list[_Event] = []
        self._ready: list[tuple[tuple[int, Instant, str], int]] = []
        self._busy = 0
        for number, job in enumerate(self._jobs):
            if job.life.status in MOVING:
                self._enter(number, job)

    def _enter(self, number: int, job: _Job) -> None:
        if job.life.status == "init":
            self._expect(job.life.since + self._rules.measuring, number)
            return
        self._busy += len(job.active)
        for task, begun in job.active.items():
            cost = job.tasks[task].cost(job.rate, self._rules)
            self._expect(begun + cost, number, task)
        self._wait(number, job)

    def _expect(self, when: Instant, job: int, task: int = _ITSELF) -> None:
        heapq.heappush(self._events, (max(when, self._now), job, task))

    def _wait(self, number: int, job: _Job) -> None:
        """Take a job into the line, now or when it may run."""
        if not job.queued:
            job.become(job.next_status(), self._now)
        elif job.life.is_blocked:
            return
        elif job.life.ready <= self._now:
            heapq.heappush(self._ready, (job.rank, number))
        else:
            self._expect(job.life.ready, number)

    def run(self, until: Instant) -> None:
        """Let everything happen that happens by *until*."""
        self._fill()
        for number in range(len(self._jobs)):
            self._conclude(number)
        while self._events and self._events[0][0] <= until:
            self._now = self._events[0][0]
            touched = set[int]()
            while self._events and self._events[0][0] == self._now:
                _, number, task = heapq.heappop(self._events)
                self._happen(number, task)
                touched.add(number)
            self._fill()
            for number in touched:
                self._conclude(number)
        self._now = until

    def _happen(self, number: int, task: int) -> None:
        job = self._jobs[number]
        if task != _ITSELF:
            job.finish(task, self._now, self._rules)
            self._busy -= 1
        elif job.life.status == "init":
            job.become("waiting", self._now)
            self._wait(number, job)
        else:
            if job.life.status == "failed":
                job.retry(self._now, self._rules)
            self._wait(number, job)

    def _fill(self) -> None:
        """Give free lanes to those who come first."""
        while self._ready and self._busy < self._rules.lanes:
            number = self._ready[0][1]
            job = self._jobs[number]
            _, task = heapq.heappop(job.queued)
            if not job.queued:
                heapq.heappop(self._ready)
            life = job.tasks[task]
            job.active[task] = self._now - life.ran
            self._busy += 1
            end = job.active[task] + life.cost(job.rate, self._rules)
            self._expect(end, number, task)
            job.become("running", self._now)

    def _conclude(self, number: int) -> None:
        job = self._jobs[number]
        if job.life.status in {"waiting", "running"}:
            job.become(job.next_status(), self._now)
        when = job.life.next_try
        if when is not None and when != job.next_try:
            job.next_try = when
            self._expect(when, number)

    def lives(self) -> tuple[JobLife, ...]:
        """Return the jobs as they are now."""
        return tuple(job.stop_at(self._now, self._rules) for job in self._jobs)
