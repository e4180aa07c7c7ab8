"""Limiter: how many requests an address may send, by a bucket that fills up again."""

from __future__ import annotations

import time
from threading import Lock
from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from collections.abc import Callable

RATE, BURST = 30.0, 60.0
_MOST = 10_000
"""How many addresses are remembered."""


@attrs.define
class Limiter:
    """Lets *rate* requests a second of each address through, *burst* at once."""

    rate: float = RATE
    burst: float = BURST
    read: Callable[[], float] = time.monotonic
    _buckets: dict[str, tuple[float, float]] = attrs.field(
        factory=dict[str, tuple[float, float]], init=False
    )
    _lock: Lock = attrs.field(factory=Lock, init=False)

    def takes(self, address: str) -> bool:
        """Whether one more request of *address* is let through."""
        with self._lock:
            now = self.read()
            level, at = self._buckets.pop(address, (self.burst, now))
            level = min(self.burst, level + (now - at) * self.rate)
            is_let = level >= 1
            self._buckets[address] = (level - 1 if is_let else level, now)
            if len(self._buckets) > _MOST:
                # who was longest away has a full bucket, which needs no remembering
                del self._buckets[next(iter(self._buckets))]
            return is_let
