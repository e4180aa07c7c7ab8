"""Deadlines: one time limit over several calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
from typing_extensions import override

from skysyn.errors import TimedOut

from .budget import TimeBudget, time_left
from .clock import Clock
from .messages import Timeout
from .wrapping import WrappingTransport

if TYPE_CHECKING:
    from .base import Transport
    from .messages import Request, Response
    from .websocket import WebSocket


class DeadlineTransport(WrappingTransport):
    """Give each request the time that is left: its own, *timeout*'s or the block's."""

    def __init__(
        self,
        inner: Transport,
        timeout: Timeout | None = None,
        clock: Clock | None = None,
    ) -> None:
        super().__init__(inner)
        self._timeout = timeout or Timeout()
        self._clock = clock or Clock()

    @override
    def send(self, request: Request) -> Response:
        return self.inner.send(self._limited(request))

    @override
    def open_websocket(self, request: Request) -> WebSocket | Response:
        return self.inner.open_websocket(self._limited(request))

    def _limited(self, request: Request) -> Request:
        timeout = request.timeout or self._timeout
        left = time_left(self._clock)
        if left is not None:
            total = left if timeout.total is None else min(left, timeout.total)
            timeout = attrs.evolve(timeout, total=total)
        if timeout.total is not None and timeout.total <= 0:
            msg = f"the time limit had passed before {request!r} was sent"
            raise TimedOut(msg, url=request.safe_url, maybe_sent=False)
        return attrs.evolve(request, timeout=timeout)

    @override
    def budget(self) -> TimeBudget:
        return TimeBudget(self._timeout.total, self._clock)
