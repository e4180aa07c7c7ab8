"""The clock of jobs: real time, or any number of times as fast."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, TypeAlias

import attrs
from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Callable

Instant: TypeAlias = int
"""Microseconds since 1970, UTC: integers, so that sums of times are exact."""

SECOND: Instant = 1_000_000
HOUR: Instant = 3600 * SECOND
DAY: Instant = 24 * HOUR
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# a fast clock that nobody stopped stays here, at the end of dates
_LAST = (datetime(9999, 1, 1, tzinfo=UTC) - _EPOCH) // timedelta(microseconds=1)


def to_datetime(instant: Instant) -> datetime:
    """Return *instant* as a date."""
    return _EPOCH + timedelta(microseconds=min(instant, _LAST))


def from_datetime(date: datetime) -> Instant:
    """Return the instant of an aware *date*."""
    return (date - _EPOCH) // timedelta(microseconds=1)


def _real() -> Instant:
    return time.time_ns() // 1000


class Clock(ABC):
    """What tells the time of a workspace."""

    @abstractmethod
    def now(self) -> Instant:
        """Return the time, which is never less than before."""


@attrs.frozen
class Anchor:
    """Where a faster clock meets real time: keep it to go on after a restart."""

    real: Instant
    shown: Instant
    speed: float

    @classmethod
    def drop(cls, speed: float, real: Instant) -> Anchor:
        """Return the anchor of a clock that is right at *real*."""
        return cls(real, real, speed)

    def at(self, real: Instant) -> Instant:
        """Return what the clock shows at *real*."""
        return self.shown + int(max(0, real - self.real) * self.speed)

    def change(self, speed: float, real: Instant) -> Anchor:
        """Return the anchor of a clock that goes on from *real* at another speed."""
        return self if speed == self.speed else Anchor(real, self.at(real), speed)


@attrs.frozen
class FastClock(Clock):
    """A clock that all processes read alike that have the same *anchor*."""

    anchor: Anchor
    _read: Callable[[], Instant] = _real

    @classmethod
    def start(
        cls,
        speed: float = 1.0,
        kept: Anchor | None = None,
        read: Callable[[], Instant] = _real,
    ) -> FastClock:
        """Return a clock at *speed*, which goes on from the anchor *kept*."""
        now = read()
        anchor = Anchor.drop(speed, now) if kept is None else kept.change(speed, now)
        return cls(anchor, read)

    @override
    def now(self) -> Instant:
        return self.anchor.at(self._read())


@attrs.define
class HandClock(Clock):
    """A clock that moves when it is told, for tests."""

    _now: Instant

    @override
    def now(self) -> Instant:
        return self._now

    def advance(self, seconds: float) -> None:
        """Let *seconds* pass."""
        self._now += int(seconds * SECOND)
