"""Turns: what one thread does at a time, waited for no longer than time is left."""

from __future__ import annotations

from contextlib import contextmanager
from threading import TIMEOUT_MAX
from typing import TYPE_CHECKING

from skysyn.errors import TimedOut
from skysyn.transport import time_left

if TYPE_CHECKING:
    from collections.abc import Generator
    from threading import Lock


@contextmanager
def turn(lock: Lock, doing: str) -> Generator[None]:
    """Hold *lock*; another thread that holds it is *doing* something.

    Raises:
        TimedOut: the `time_limit()` passed before.
    """
    if not lock.acquire(blocking=False):
        left = time_left()
        wait = -1 if left is None else min(max(left, 0), TIMEOUT_MAX)
        if not lock.acquire(timeout=wait):
            msg = f"the time limit passed while another thread {doing}"
            raise TimedOut(msg, maybe_sent=False)
    try:
        yield
    finally:
        lock.release()
