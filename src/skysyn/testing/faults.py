"""Faults: transports that fail on purpose, to test what happens then.

A fault is a function of the transport below and the request. It may send the request
or not, and returns an answer or raises, as a network would.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import attrs
from typing_extensions import override

from skysyn.errors import BrokenAnswer, ConnectError, TimedOut
from skysyn.transport import Request, Response, Transport, WrappingTransport

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = [
    "Fault",
    "FaultTransport",
    "answer_status",
    "cut_answer",
    "duplicate",
    "refuse",
    "reset_after_sending",
    "reset_before_sending",
    "slow",
    "time_out_after_commit",
    "time_out_before_sending",
    "truncate",
]

Fault = Callable[[Transport, Request], Response]


class FaultTransport(WrappingTransport):
    """Apply one of *faults* to each call in turn; None and the end let calls pass."""

    def __init__(self, inner: Transport, faults: Iterable[Fault | None]) -> None:
        super().__init__(inner)
        self._faults = iter(faults)
        self._lock = threading.Lock()

    @override
    def send(self, request: Request) -> Response:
        with self._lock:
            fault = next(self._faults, None)
        if fault is None:
            return self.inner.send(request)
        return fault(self.inner, request)


def refuse(_: Transport, request: Request) -> Response:
    """Refuse the connection: nothing is sent."""
    msg = "no connection (fault)"
    raise ConnectError(msg, url=request.safe_url, maybe_sent=False)


def reset_before_sending(_: Transport, request: Request) -> Response:
    """Reset the connection so early that nothing was done, though none can know."""
    msg = "the connection was reset (fault)"
    raise ConnectError(msg, url=request.safe_url)


def reset_after_sending(inner: Transport, request: Request) -> Response:
    """Let the server do it, and lose its answer by a reset."""
    inner.send(request)
    return reset_before_sending(inner, request)


def time_out_before_sending(_: Transport, request: Request) -> Response:
    """Run out of time before the server got it, though none can know."""
    msg = "the time limit passed (fault)"
    raise TimedOut(msg, url=request.safe_url)


def time_out_after_commit(inner: Transport, request: Request) -> Response:
    """Let the server do it, and run out of time before its answer."""
    inner.send(request)
    return time_out_before_sending(inner, request)


def cut_answer(inner: Transport, request: Request) -> Response:
    """Let the server do it, and lose the end of its answer, which is noticed."""
    inner.send(request)
    msg = "the answer was cut short (fault)"
    raise BrokenAnswer(msg, url=request.safe_url)


def duplicate(inner: Transport, request: Request) -> Response:
    """Deliver the request twice, and return the second answer."""
    inner.send(request)
    return inner.send(request)


def answer_status(
    status: int, body: bytes = b"", headers: Mapping[str, str] | None = None
) -> Fault:
    """Answer *status* in place of the server, which gets nothing."""

    def fault(_: Transport, __: Request) -> Response:
        return Response(status, {} if headers is None else headers, body)

    return fault


def truncate(size: int) -> Fault:
    """Keep the first *size* bytes of the answer, which nothing notices."""

    def fault(inner: Transport, request: Request) -> Response:
        response = inner.send(request)
        return attrs.evolve(response, body=response.body[:size])

    return fault


def slow(seconds: float, sleep: Callable[[float], None] = time.sleep) -> Fault:
    """Answer *seconds* late."""

    def fault(inner: Transport, request: Request) -> Response:
        sleep(seconds)
        return inner.send(request)

    return fault
