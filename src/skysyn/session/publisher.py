"""Publisher: sends messages over a connection that is kept."""

from __future__ import annotations

import os
import weakref
from threading import Lock
from typing import TYPE_CHECKING

import attrs

from skysyn.dialects.skygear.channels import dump_publish, load_notice
from skysyn.errors import InvalidRequest, TimedOut
from skysyn.transport import Timeout, time_left

from .turns import turn

if TYPE_CHECKING:
    from collections.abc import Callable

    from skysyn.transport import WebSocket

_TOTAL = 30.0
_TIMEOUT = Timeout(read=10.0, total=_TOTAL)


class Publisher:
    """Publishes over one connection, which threads share."""

    def __init__(self, open_line: Callable[[], WebSocket]) -> None:
        self._open_line = open_line
        # a fork while a thread publishes leaves the lock of the parent locked for ever
        self._locks: dict[int, Lock] = {}
        self._line: WebSocket | None = None
        self._process = os.getpid()
        self._dropping: Callable[[], object] = bool

    def publish(self, channel: str, data: object) -> None:
        """Send *data* to all that listen to *channel*; return when the server has it.

        Raises:
            ConversionError: *data* cannot be written as JSON; nothing was sent.
            InvalidRequest: the server does not take it.
            TransportError: it may not have arrived, and is not sent again by itself.
            TimedOut: the `time_limit()` has passed.
        """
        text = dump_publish(channel, data)
        with turn(self._lock(), "published"):
            line = self._ready()
            try:
                line.send(text)
                answers = line.wait_for_pong()
            except BaseException:
                self._forget()
                raise
        for answer in answers:
            if load_notice(answer) is None:
                raise InvalidRequest(_explain(answer, data))

    def close(self) -> None:
        """Give back the connection; the next message opens another."""
        with self._lock():
            self._leave_parent()
            line, dropping = self._line, self._dropping
            self._line = None
        if line is not None:
            line.close()
            dropping()

    def _ready(self) -> WebSocket:
        self._leave_parent()
        if self._line is not None:
            self._line.limit(_limits())
            if not self._line.is_usable():
                self._forget()
        if self._line is None:
            self._line = self._open_line()
            # a publisher that is forgotten leaves no open socket behind
            self._dropping = weakref.finalize(self, self._line.drop)
            self._line.limit(_limits())
        return self._line

    def _lock(self) -> Lock:
        return self._locks.setdefault(os.getpid(), Lock())

    def _leave_parent(self) -> None:
        """Drop a connection that a parent process is using."""
        if os.getpid() != self._process:
            self._process = os.getpid()
            self._forget()

    def _forget(self) -> None:
        self._line = None
        self._dropping()


def _limits() -> Timeout:
    """Return the limits of one message: ours, and what is left of the block's."""
    left = time_left()
    if left is None:
        return _TIMEOUT
    if left <= 0:
        msg = "the time limit had passed before the message was sent"
        raise TimedOut(msg, maybe_sent=False)
    return attrs.evolve(_TIMEOUT, total=min(left, _TOTAL))


def _explain(answer: str, data: object) -> str:
    if data is None:
        return f"this server cannot publish None, which it takes for nothing: {answer}"
    return f"the server does not take the message: {answer}"
