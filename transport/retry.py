"""Retry: which failures are worth another try, and when.

What may be repeated depends on the effect of the request, which the dialect states:

- "read" changes nothing, so it is repeated after every passing failure.
- "upsert" leaves the same state however often it arrives: a Skygear save whose records
  all carry ids made by the client. It is repeated like a read. That is safe as long as
  nobody else writes the same fields in between: a late repetition would win over them,
  as any save that comes last does.
- "write" may do the thing twice (every accsyn write, signup, lambdas), so it is
  repeated only if it is certain that nothing arrived.
"""

from __future__ import annotations

import threading
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

import attrs

from skysyn.errors import (
    BrokenAnswer,
    ConnectError,
    ProxyError,
    ProxyRefused,
    TimedOut,
    TransportError,
)

from .checks import at_least

if TYPE_CHECKING:
    from .messages import Effect, Response

PASSING = (ConnectError, TimedOut, BrokenAnswer, ProxyError)
NEVER = (ProxyRefused,)


@attrs.frozen
class Retry:
    """How often and how patiently to try again.

    *attempts* counts the first one too. Waits are random between 0 and a bound that
    starts at *first_wait* and doubles up to *longest_wait*; a server's `Retry-After`
    is kept to, up to *longest_retry_after*.
    """

    attempts: int = attrs.field(default=4, validator=at_least(1, int))
    first_wait: float = attrs.field(default=0.25, validator=at_least(0))
    longest_wait: float = attrs.field(default=8.0, validator=at_least(0))
    longest_retry_after: float = attrs.field(default=30.0, validator=at_least(0))
    statuses: frozenset[int] = frozenset({429, 502, 503, 504})

    def accepts_error(self, effect: Effect, error: TransportError) -> bool:
        """Say whether to repeat a request of *effect* after *error*."""
        if not isinstance(error, PASSING) or isinstance(error, NEVER):
            return False
        return effect != "write" or not error.maybe_sent

    def accepts_answer(self, effect: Effect, response: Response) -> bool:
        """Say whether to repeat a request of *effect* after *response*."""
        return effect != "write" and response.status in self.statuses

    def bound(self, attempt: int) -> float:
        """Return the longest wait after the attempt numbered *attempt*, from 1."""
        doublings = min(attempt - 1, 30)
        return min(self.longest_wait, self.first_wait * 2.0**doublings)

    def wait(
        self, attempt: int, response: Response | None, luck: float, now: float
    ) -> float:
        """Return how long to wait; *luck* is a random number from 0 to 1."""
        jitter = luck * self.bound(attempt)
        asked = None if response is None else retry_after(response, now)
        if asked is None:
            return jitter
        return max(jitter, min(asked, self.longest_retry_after))


def retry_after(response: Response, now: float) -> float | None:
    """Return the seconds that *response* asks to wait, or None if it does not."""
    text = (response.header("Retry-After") or "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        date = parsedate_to_datetime(text)
    except ValueError:
        return None
    return max(0.0, date.timestamp() - now)


class RetryBudget:
    """How many repetitions are left: a share of the calls, plus a small reserve.

    When everything fails, repeating everything would multiply the load just then.
    """

    def __init__(self, share: float = 0.2, reserve: float = 10.0) -> None:
        self._share = share
        self._reserve = reserve
        self._left = reserve
        self._lock = threading.Lock()

    def count_call(self) -> None:
        """Add the share of one call."""
        with self._lock:
            self._left = min(self._reserve, self._left + self._share)

    def take(self) -> bool:
        """Use up one repetition, and say whether there was one."""
        with self._lock:
            if self._left < 1:
                return False
            self._left -= 1
            return True
