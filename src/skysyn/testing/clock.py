"""SkyClock: the time of a test, which stands until the test moves it."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import time_machine

from skysyn.errors import StateError

if TYPE_CHECKING:
    from collections.abc import Generator

START = datetime(2020, 1, 1, tzinfo=UTC)
"""Where the time stands when a test begins."""


class SkyClock:
    """Sets what `datetime.now()` and `time.time()` return in this process.

    Waits are not shortened: `time.monotonic()` goes on.
    """

    def __init__(self, travelled: time_machine.Traveller) -> None:
        self._travelled = travelled

    @property
    def now(self) -> datetime:
        """The time in UTC."""
        return datetime.now(UTC)

    def advance(self, seconds: float | timedelta) -> datetime:
        """Let time pass; return the new time."""
        self._travelled.shift(seconds)
        return self.now

    def set(self, moment: datetime) -> datetime:
        """Go to *moment*, which has a time zone.

        Raises:
            StateError: it has none.
        """
        if moment.tzinfo is None:
            msg = f"{moment.isoformat()} has no time zone: add tzinfo=UTC"
            raise StateError(msg)
        self._travelled.move_to(moment)
        return self.now


@contextmanager
def travel(start: datetime = START) -> Generator[SkyClock]:
    """Stop the time at *start*; let it go on at the end."""
    with time_machine.travel(start, tick=False) as travelled:
        yield SkyClock(travelled)
