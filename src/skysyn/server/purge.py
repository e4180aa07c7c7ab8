"""Purge: rows that have ended are deleted, at the start and now and then."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from threading import Lock
from typing import TYPE_CHECKING

from sqlalchemy import delete, or_

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import ColumnElement, Table

    from .store import Store, Work

_PAUSE_SECONDS = 600.0


class Purge:
    """Deletes the rows of *table* whose `expires_at` is past, and others *or_when*."""

    def __init__(
        self,
        store: Store,
        table: Table,
        clock: Callable[[], float] = time.monotonic,
        *,
        or_when: ColumnElement[bool] | None = None,
    ) -> None:
        self._table = table
        self._or_when = () if or_when is None else (or_when,)
        self._clock = clock
        self._lock = Lock()
        self._next = 0.0
        self._is_due()
        with store.write() as work:
            self._delete(work)

    def maybe(self, work: Work) -> None:
        """Delete what has ended, unless that was done in the last minutes."""
        if self._is_due():
            self._delete(work)

    def _is_due(self) -> bool:
        now = self._clock()
        with self._lock:
            if now < self._next:
                return False
            self._next = now + _PAUSE_SECONDS
            return True

    def _delete(self, work: Work) -> None:
        past = self._table.c.expires_at <= datetime.now(UTC)
        ended = or_(past, *self._or_when)
        work.connection.execute(delete(self._table).where(ended))
