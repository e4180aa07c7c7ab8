"""Timers: a thread that runs cloud code when its schedules say (protocol §20.8)."""

from __future__ import annotations

import time
from datetime import datetime
from threading import Event, Thread
from typing import TYPE_CHECKING

from skysyn.dialects.skygear import cron

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from skysyn.dialects.skygear.cron import Schedule

    from .registration import Timer

_AT_MOST = 60.0
"""How long to wait before the clock is looked at again: it may have been set."""


class Timers:
    """The timers of one cloud code; schedules mean the server's local time."""

    def __init__(self, timers: Sequence[Timer], run: Callable[[str], None]) -> None:
        self._schedules = [(timer.name, cron.parse(timer.spec)) for timer in timers]
        self._run = run
        self._stopped = Event()
        self._thread: Thread | None = None

    def start(self) -> None:
        """Run timers from now on."""
        if self._schedules:
            work = self._work
            self._thread = Thread(target=work, name="skysyn-timers", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Run none any more; those that run are left to finish."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join()

    def _work(self) -> None:
        # without a zone, so that a change to summer time moves the times after it
        now = datetime.now()  # noqa: DTZ005  # cron goes by this machine's time
        due = {name: _next(schedule, now) for name, schedule in self._schedules}
        while not self._stopped.wait(self._seconds(due.values())):
            now = datetime.now()  # noqa: DTZ005  # as above
            for name, schedule in self._schedules:
                if due[name] <= now.timestamp():
                    self._run(name)
                    due[name] = _next(schedule, now)

    @staticmethod
    def _seconds(due: Iterable[float]) -> float:
        return max(0.0, min(_AT_MOST, min(due) - time.time()))


def _next(schedule: Schedule, now: datetime) -> float:
    found = schedule.next(now)
    return float("inf") if found is None else found.timestamp()
