"""Lives of jobs: what is kept of a job and its tasks while they move on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from .clock import DAY, HOUR, SECOND

if TYPE_CHECKING:
    from .clock import Instant

ACTIVE = frozenset({"booting", "executing"})
"""The statuses of tasks that hold a lane."""

LANDING = "landing"
"""What a task is whose time is over and whose files are still to be copied.

Clients are shown that it is executing; it holds no lane any more.
"""

UNDER_WAY = ACTIVE | {LANDING}
"""The statuses of tasks that people stop by stopping their job."""

MOVING = frozenset({"init", "waiting", "running"})
"""The statuses of jobs that time alone may change."""

FINISHED = frozenset({"done", "aborted"})
"""The statuses of jobs that only a retry wakes."""


@attrs.frozen(kw_only=True)
class Rules:
    """How fast things go, in microseconds of the workspace's clock.

    *lanes* is how many tasks run at a time, *rate* the bytes a second of each.
    """

    lanes: int = attrs.field(default=4, validator=attrs.validators.ge(1))
    rate: int = attrs.field(default=100_000_000, validator=attrs.validators.ge(1))
    measuring: Instant = SECOND
    queueing: Instant = SECOND
    booting: Instant = SECOND // 2
    mailing: Instant = 2 * SECOND
    upload: Instant = 8 * HOUR
    expiry: Instant = 30 * DAY


@attrs.frozen(kw_only=True)
class TaskLife:
    """A task: *ran* is how long it has held a lane, *fault* why it cannot succeed.

    One that *lands* is done once its files are there as well; *failure* is why they
    could not be brought there.
    """

    key: str
    size: int = 0
    priority: int = 500
    status: str = "queued"
    ran: Instant = 0
    finished: Instant | None = None
    fault: str | None = None
    lands: bool = False
    failure: str | None = None

    @property
    def reason(self) -> str | None:
        """Why it failed, if it has."""
        return self.failure or self.fault

    def cost(self, rate: int, rules: Rules) -> Instant:
        """Return how long it takes."""
        if self.fault is not None:
            return rules.booting
        return rules.booting - (-self.size * SECOND // rate)

    def moved(self, rate: int, rules: Rules) -> int:
        """Return how many of its bytes are there."""
        if self.status == "done":
            return self.size
        if self.fault is not None or self.status == "failed":
            return 0
        return min(self.size, max(0, self.ran - rules.booting) * rate // SECOND)


@attrs.frozen(kw_only=True)
class JobLife:
    """A job: *since* is when its status began, *priority* that of its queue.

    It may run from *ready* on, unless its queue *is_blocked*. *held* jobs are paused
    because every task of theirs is on hold, so that letting one go wakes them; *rate*
    is less than the rules' for a job with a limit. A failed one is tried again
    *retry_after* it failed, *most_retries* times; *retries* is how often it was.
    """

    key: str
    created: Instant
    since: Instant
    ready: Instant
    status: str = "init"
    priority: int = 500
    is_blocked: bool = False
    held: bool = False
    rate: int | None = None
    retries: int = 0
    most_retries: int = 0
    retry_after: Instant = 60 * SECOND
    finished: Instant | None = None
    tasks: tuple[TaskLife, ...] = ()

    def speed_of_one(self, rules: Rules) -> int:
        """Return the bytes a second of each running task."""
        return rules.rate if self.rate is None else min(self.rate, rules.rate)

    @property
    def next_try(self) -> Instant | None:
        """When a failed job is tried again by itself."""
        is_left = self.status == "failed" and self.retries < self.most_retries
        return self.since + self.retry_after if is_left else None

    @property
    def fault(self) -> str | None:
        """Why the job failed."""
        failed = (task for task in self.tasks if task.status == "failed")
        return next((why for task in failed if (why := task.reason)), None)
