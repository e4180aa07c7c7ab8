"""Hauling: threads that copy files while no transaction is open."""

from __future__ import annotations

import logging
import time
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from threading import Event, Lock
from typing import TYPE_CHECKING

import attrs

from skysyn.errors import RemoteError

from .arriving import why
from .clock import to_datetime
from .copying import copy

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence
    from datetime import datetime

    from .arriving import Cargo
    from .neighbours import Neighbours
    from .work import Store, Work

_LANES = 4
_SECONDS = 0.5
_log = logging.getLogger("skysyn.server")


class _DroppedError(Exception):
    """Nobody wants it any more, or the server is closed."""


@attrs.define
class _Leave:
    """Whether a task is still to land, which people may change at any time."""

    store: Store
    closed: Event
    cargo: Cargo
    now: datetime
    _asked: float = attrs.field(factory=time.monotonic)

    def check(self) -> None:
        """Raise an error if not; the database is asked now and then."""
        if self.closed.is_set():
            raise _DroppedError
        if time.monotonic() - self._asked < _SECONDS:
            return
        self._asked = time.monotonic()
        with self.store.read(self.cargo.workspace, self.now) as work:
            self._need(work)

    @contextmanager
    def keep(self) -> Generator[None]:
        """Keep it so meanwhile."""
        with self.store.write(self.cargo.workspace, self.now) as work:
            self._need(work)
            yield

    def _need(self, work: Work) -> None:
        if self.closed.is_set() or not self.cargo.is_wanted(work):
            raise _DroppedError


class Hauling:
    """Copies what tasks moved: several at a time, but none twice."""

    def __init__(self, store: Store, neighbours: Neighbours) -> None:
        self._store = store
        self._clock = neighbours.clock
        self._lock = Lock()
        self._threads: ThreadPoolExecutor | None = None
        self._under_way: dict[str, Future[None]] = {}
        self._closed = Event()

    def haul(self, cargoes: Sequence[Cargo], seconds: float) -> None:
        """Copy *cargoes*; wait *seconds* for it, what takes longer goes on alone."""
        begun = [self._begin(cargo) for cargo in cargoes]
        wait([future for future in begun if future is not None], seconds)

    def _begin(self, cargo: Cargo) -> Future[None] | None:
        """Begin to copy, unless it is under way."""
        with self._lock:
            if self._closed.is_set() or cargo.mark in self._under_way:
                return None
            if self._threads is None:
                self._threads = ThreadPoolExecutor(_LANES, "skysyn-haul")
            future = self._threads.submit(self._carry, cargo)
            self._under_way[cargo.mark] = future
        return future

    def _carry(self, cargo: Cargo) -> None:
        try:
            self._copy(cargo)
        except _DroppedError:
            return
        except Exception:
            # the task is still to land, so that the next who looks tries it again
            _log.exception("the files of a task were not copied")
        finally:
            # before who waits goes on, who may look again at once
            with self._lock:
                del self._under_way[cargo.mark]

    def _copy(self, cargo: Cargo) -> None:
        failure = None
        leave = _Leave(self._store, self._closed, cargo, self._now())
        try:
            is_done = copy(cargo.ways, cargo.mark, leave)
        except RemoteError as error:
            is_done, failure = True, why(error)
        if is_done:
            with self._store.write(cargo.workspace, self._now()) as work:
                settled = attrs.evolve(work, now=self._now())
                cargo.land(settled, failure)

    def _now(self) -> datetime:
        return to_datetime(self._clock.now())

    def close(self) -> None:
        """End what is under way; the next server begins it anew."""
        self._closed.set()
        with self._lock:
            threads = self._threads
        if threads is not None:
            threads.shutdown(cancel_futures=True)
