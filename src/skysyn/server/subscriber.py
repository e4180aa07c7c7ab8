"""Subscriber: one connection to a hub, and the messages that wait for it."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from threading import Lock

_WAITING = 1024


class Subscriber:
    """One connection: the channels it listens to, and what waits to be sent.

    Any thread may tell it something; it is made and read in one event loop. Who reads
    too slowly loses messages, so that nobody else has to wait, and then the connection,
    so that it notices.
    """

    def __init__(self) -> None:
        self.channels: set[str] = set()
        self._waiting: deque[str] = deque()
        self._has_lost = False
        self._lock = Lock()
        self._loop = asyncio.get_running_loop()
        self._told = asyncio.Event()

    @property
    def waiting(self) -> int:
        """How many messages wait."""
        return len(self._waiting)

    def tell(self, text: str) -> None:
        """Put *text* among what waits, unless that is too much already."""
        with self._lock:
            if self._has_lost or len(self._waiting) >= _WAITING:
                self._has_lost = True
                return
            self._waiting.append(text)
            is_first = len(self._waiting) == 1
        if is_first:
            # the loop is closed when the server stops, and then nobody reads
            with contextlib.suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._told.set)

    async def next(self) -> str | None:
        """Return what has waited longest, as soon as there is something.

        None means that what came next is lost.
        """
        while True:
            self._told.clear()
            with self._lock:
                if self._waiting:
                    return self._waiting.popleft()
                if self._has_lost:
                    return None
            await self._told.wait()
