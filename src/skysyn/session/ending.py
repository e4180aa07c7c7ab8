"""Ending: whether a thread is to end, told without a lock."""

from __future__ import annotations

from contextlib import suppress
from queue import Empty, SimpleQueue


class Ending:
    """What an event of `threading` is to one thread that waits.

    It may be set wherever the garbage collector runs: also by a thread that is just
    waiting for it, which would wait for itself at the lock of an event.
    """

    def __init__(self) -> None:
        self._is_set = False
        self._told: SimpleQueue[None] = SimpleQueue()

    def set(self) -> None:
        """Have the thread end."""
        self._is_set = True
        self._told.put(None)

    def is_set(self) -> bool:
        """Whether the thread is to end."""
        return self._is_set

    def wait(self, seconds: float) -> bool:
        """Whether the thread is to end within *seconds*; asked by that thread."""
        if not self._is_set:
            with suppress(Empty):
                self._told.get(timeout=seconds)
        return self._is_set
