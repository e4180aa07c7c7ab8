"""Time that several calls share."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

from .clock import Clock

if TYPE_CHECKING:
    from collections.abc import Generator

current_end: ContextVar[float | None] = ContextVar("skysyn_deadline", default=None)


@contextmanager
def time_limit(
    seconds: float | None, clock: Clock | None = None
) -> Generator[None, None, None]:
    """End all calls of the block within *seconds*, pages and retries included.

    Of nested limits the earliest holds; None sets none. It applies to this thread and
    to the asyncio tasks started in it.
    """
    outer = current_end.get()
    ends = [] if outer is None else [outer]
    if seconds is not None:
        ends.append((clock or Clock()).now() + seconds)
    token = current_end.set(min(ends, default=None))
    try:
        yield
    finally:
        current_end.reset(token)


def time_left(clock: Clock | None = None) -> float | None:
    """Return the seconds that `time_limit()` leaves, or None if nothing limits."""
    end = current_end.get()
    return None if end is None else end - (clock or Clock()).now()


class TimeBudget:
    """Time that several calls share, whatever passes between them.

    Each `with budget.spend():` runs within what is left of *seconds*, and takes off the
    time it used; None leaves all of them unlimited.
    """

    def __init__(self, seconds: float | None, clock: Clock | None = None) -> None:
        self._left = seconds
        self._clock = clock or Clock()

    @contextmanager
    def spend(self) -> Generator[None, None, None]:
        """End the calls of the block within what is left."""
        started = self._clock.now()
        try:
            with time_limit(self._left, self._clock):
                yield
        finally:
            if self._left is not None:
                self._left -= self._clock.now() - started
