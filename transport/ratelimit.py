"""RateLimitTransport: no more calls a second than the service wants."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import attrs
from typing_extensions import override

from skysyn.errors import TimedOut

from .checks import at_least, positive
from .clock import Clock
from .wrapping import WrappingTransport

if TYPE_CHECKING:
    from .base import Transport
    from .messages import Request, Response


@attrs.frozen
class Rate:
    """At most *calls* in *seconds* on average, and *burst* at once."""

    calls: float = attrs.field(validator=positive())
    seconds: float = attrs.field(default=1.0, validator=positive())
    burst: int = attrs.field(default=1, validator=at_least(1, int))

    @property
    def gap(self) -> float:
        """The seconds between two calls that follow each other."""
        return self.seconds / self.calls


class RateLimitTransport(WrappingTransport):
    """Delay calls to keep to *rate*; threads share it and queue in turn."""

    def __init__(
        self, inner: Transport, rate: Rate, clock: Clock | None = None
    ) -> None:
        super().__init__(inner)
        self._rate = rate
        self._clock = clock or Clock()
        self._lock = threading.Lock()
        self._next = self._clock.now() - rate.gap * (rate.burst - 1)

    @override
    def send(self, request: Request) -> Response:
        wait = self._book(request)
        if wait <= 0:
            return self.inner.send(request)
        self._clock.sleep(wait)
        return self.inner.send(_shorten(request, wait))

    def _book(self, request: Request) -> float:
        """Take the next free place in time and return how far away it is."""
        with self._lock:
            now = self._clock.now()
            place = max(self._next, now - self._rate.gap * (self._rate.burst - 1))
            total = None if request.timeout is None else request.timeout.total
            if total is not None and place - now >= total:
                msg = f"the rate limit leaves no time for {request!r}"
                raise TimedOut(msg, url=request.safe_url, maybe_sent=False)
            self._next = place + self._rate.gap
            return place - now


def _shorten(request: Request, waited: float) -> Request:
    timeout = request.timeout
    if timeout is None or timeout.total is None:
        return request
    left = attrs.evolve(timeout, total=timeout.total - waited)
    return attrs.evolve(request, timeout=left)
