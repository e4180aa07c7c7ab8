"""Call: what the sockets of one transport know about the call that uses them."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from .messages import Timeout

if TYPE_CHECKING:
    from collections.abc import Generator

    from .clock import Clock


class Call(threading.local):
    """The limits and progress of the call that this thread is making.

    Connections outlive calls and move between threads, so they ask here before each
    wait instead of being told once.
    """

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.target = ""
        self.is_sent = False
        self._started = 0.0
        self._timeout = Timeout()
        self._until: float | None = None
        self._wait: float | None = None

    @contextmanager
    def making(self, target: str, timeout: Timeout) -> Generator[None]:
        """Make a call within the block; the one that it interrupts goes on after it."""
        # a signal, or what runs when garbage is collected, may make calls anywhere
        outer = vars(self).copy()
        self.start(target, timeout)
        try:
            yield
        finally:
            vars(self).update(outer)

    def start(self, target: str, timeout: Timeout) -> None:
        """Begin a call to *target* (path and query) within *timeout*."""
        self.target = target
        self.is_sent = False
        self._started = self.clock.now()
        self._timeout = timeout
        self.enter_exchange()

    def enter_connect(self) -> None:
        """Apply the connect limit: names, TCP, proxies and TLS share it."""
        limits = [self._total_end()]
        if self._timeout.connect is not None:
            limits.append(self.clock.now() + self._timeout.connect)
        self._until = min((x for x in limits if x is not None), default=None)
        self._wait = None

    def enter_exchange(self) -> None:
        """Apply the read limit to each wait, and the total to all of them."""
        self._until = self._total_end()
        self._wait = self._timeout.read

    def next_wait(self) -> float | None:
        """Return how long the next wait for the network may take."""
        if self._until is None:
            return self._wait
        left = self._until - self.clock.now()
        if left <= 0:
            msg = "the time limit has passed"
            raise TimeoutError(msg)
        return left if self._wait is None else min(left, self._wait)

    def _total_end(self) -> float | None:
        total = self._timeout.total
        return None if total is None else self._started + total
