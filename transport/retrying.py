"""RetryTransport: repeat what may be repeated."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import attrs
from typing_extensions import override

from skysyn.errors import TransportError

from .clock import Clock
from .messages import Response
from .retry import Retry, RetryBudget
from .wrapping import WrappingTransport

if TYPE_CHECKING:
    from collections.abc import Callable

    from .base import Transport
    from .messages import Request

Outcome = Response | TransportError


class RetryTransport(WrappingTransport):
    """Repeat failed requests by the rules of *policy*, within their time limit."""

    def __init__(
        self,
        inner: Transport,
        policy: Retry | None = None,
        *,
        budget: RetryBudget | None = None,
        clock: Clock | None = None,
        luck: Callable[[], float] = random.random,
    ) -> None:
        super().__init__(inner)
        self._policy = policy or Retry()
        self._budget = budget or RetryBudget()
        self._clock = clock or Clock()
        self._luck = luck

    @override
    def send(self, request: Request) -> Response:
        self._budget.count_call()
        started = self._clock.now()
        attempt, was_sent = 1, False
        while True:
            outcome = self._try(request, started)
            was_sent = was_sent or _may_have_arrived(outcome)
            if not self._pause(request, outcome, attempt, started):
                return _conclude(outcome, attempt, was_sent)
            attempt += 1

    def _pause(
        self, request: Request, outcome: Outcome, attempt: int, started: float
    ) -> bool:
        """Wait for the next attempt, and say whether there is one."""
        wait = self._wait(request, outcome, attempt)
        if wait is None or not self._has_time(request, started, wait):
            return False
        if not self._budget.take():
            return False
        self._clock.sleep(wait)
        return True

    def _try(self, request: Request, started: float) -> Outcome:
        try:
            return self.inner.send(self._shorten(request, started))
        except TransportError as exc:
            return exc

    def _shorten(self, request: Request, started: float) -> Request:
        """Take the time that has passed off the request's limit."""
        timeout = request.timeout
        if timeout is None or timeout.total is None:
            return request
        left = timeout.total - (self._clock.now() - started)
        return attrs.evolve(request, timeout=attrs.evolve(timeout, total=left))

    def _wait(self, request: Request, outcome: Outcome, attempt: int) -> float | None:
        """Return how long to wait before the next attempt, or None to stop."""
        if attempt == self._policy.attempts:
            return None
        luck, now = self._luck(), self._clock.wall()
        if isinstance(outcome, TransportError):
            if not self._policy.accepts_error(request.effect, outcome):
                return None
            return self._policy.wait(attempt, None, luck, now)
        if not self._policy.accepts_answer(request.effect, outcome):
            return None
        return self._policy.wait(attempt, outcome, luck, now)

    def _has_time(self, request: Request, started: float, wait: float) -> bool:
        total = None if request.timeout is None else request.timeout.total
        return total is None or self._clock.now() - started + wait < total


def _may_have_arrived(outcome: Outcome) -> bool:
    return not isinstance(outcome, TransportError) or outcome.maybe_sent


def _conclude(outcome: Outcome, attempts: int, was_sent: bool) -> Response:
    """Return or raise the last *outcome*, with what all attempts together mean."""
    if isinstance(outcome, Response):
        return outcome
    # the last attempt may not have arrived while an earlier one did
    outcome.maybe_sent = was_sent
    if attempts > 1:
        outcome.add_note(f"tried {attempts} times")
    raise outcome
