"""Worker: does in threads of its own what nobody waits for."""

from __future__ import annotations

import logging
from concurrent.futures import Future, ThreadPoolExecutor, wait
from threading import BoundedSemaphore, Event, Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_log = logging.getLogger("skysyn.server")


class Worker:
    """Does tasks in *threads* threads; what is more than *room* is left undone.

    With one thread tasks are done in the order in which they came.
    """

    def __init__(self, name: str, *, threads: int = 1, room: int = 10_000) -> None:
        self._name = name
        self._executor = ThreadPoolExecutor(threads, f"skysyn-{name}")
        self._room = BoundedSemaphore(room)
        self._lock = Lock()
        self._asked: set[Future[None]] = set()
        self.closing = Event()

    def do(self, task: Callable[[], None]) -> None:
        """Do *task* soon; return at once."""
        if not self._room.acquire(blocking=False):
            _log.warning("%s: too much to do, so something is left out", self._name)
            return
        with self._lock:
            if self.closing.is_set():
                self._room.release()
                return
            future = self._executor.submit(self._do, task)
            self._asked.add(future)
        future.add_done_callback(self._done)

    def settle(self, seconds: float | None = None) -> bool:
        """Wait until what was asked so far is done or dropped; return whether it is."""
        with self._lock:
            asked = set(self._asked)
        return not wait(asked, seconds).not_done

    def close(self) -> None:
        """Finish what is begun, and begin nothing more."""
        with self._lock:
            self.closing.set()
        # not cancelled: of that, who waits in settle() would never hear
        self._executor.shutdown()

    def _do(self, task: Callable[[], None]) -> None:
        if self.closing.is_set():
            return
        try:
            task()
        except Exception:
            _log.exception("%s: something failed", self._name)

    def _done(self, future: Future[None]) -> None:
        with self._lock:
            self._asked.discard(future)
        self._room.release()
