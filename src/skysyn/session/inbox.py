"""Inbox: what waits to be received, in bounded memory."""

from __future__ import annotations

from collections import deque
from threading import Condition
from typing import TYPE_CHECKING

from skysyn.errors import SkysynError, StateError, TimedOut

from .events import Gap

if TYPE_CHECKING:
    from skysyn.dialects.skygear.channels import Notice


class Inbox:
    """At most *size* notices of *most_bytes* together; more become a `Gap`."""

    def __init__(self, size: int, most_bytes: int = 64 * 2**20) -> None:
        self._size = size
        self._most_bytes = most_bytes
        self._waiting: deque[Notice | Gap] = deque()
        self._notices = self._bytes = 0
        self._end: SkysynError | None = None
        self._changed = Condition()

    def put(self, notice: Notice) -> None:
        """Add *notice*, or note that it is lost because the inbox is full.

        Nothing is added to an inbox that is closed.
        """
        with self._changed:
            if self._end is not None:
                return
            if self._is_full():
                reason = f"{self._notices} messages wait: they are received too slowly"
                self._add_gap(Gap(frozenset((notice.channel,)), reason, 1))
            else:
                self._waiting.append(notice)
                self._notices += 1
                self._bytes += len(bytes(notice.data))
            self._changed.notify()

    def put_all(self, other: Inbox, gap: Gap | None) -> None:
        """Add *gap* and what waits in *other*."""
        if gap is not None:
            self.put_gap(gap)
        while other._waiting:
            found = other._take()
            if isinstance(found, Gap):
                self.put_gap(found)
            else:
                self.put(found)

    def empty(self) -> Inbox:
        """Return an inbox like this one with nothing in it."""
        return Inbox(self._size, self._most_bytes)

    def put_gap(self, gap: Gap) -> None:
        """Add *gap*."""
        with self._changed:
            if self._end is not None:
                return
            self._add_gap(gap)
            self._changed.notify()

    def get(self, timeout: float | None) -> Notice | Gap:
        """Take what comes next, waiting up to *timeout* seconds for it.

        Raises:
            TimedOut: nothing came.
            SkysynError: the inbox was closed, and this is why.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._end, timeout)
            if self._waiting:
                return self._take()
            if self._end is not None:
                raise self._end
        msg = f"nothing was published within {timeout} s"
        raise TimedOut(msg, maybe_sent=False)

    def close(self, why: SkysynError | None = None) -> None:
        """Take nothing more; what waits is still given out if there is a *why*."""
        with self._changed:
            if why is None:
                self._waiting.clear()
                why = StateError("the subscription is closed")
            self._end = self._end or why
            self._changed.notify_all()

    @property
    def end(self) -> SkysynError | None:
        """Why it was closed, if it was."""
        with self._changed:
            return self._end

    @property
    def is_closed(self) -> bool:
        """Whether nothing more will come."""
        with self._changed:
            return self._end is not None and not self._waiting

    def _is_full(self) -> bool:
        return self._notices >= self._size or self._bytes >= self._most_bytes

    def _add_gap(self, gap: Gap) -> None:
        last = self._waiting[-1] if self._waiting else None
        if isinstance(last, Gap):
            self._waiting[-1] = last | gap
        else:
            self._waiting.append(gap)

    def _take(self) -> Notice | Gap:
        found = self._waiting.popleft()
        if not isinstance(found, Gap):
            self._notices -= 1
            self._bytes -= len(bytes(found.data))
        return found
