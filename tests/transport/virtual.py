from __future__ import annotations

from skysyn.transport import Clock


class VirtualTime:
    """A clock that moves only when something sleeps."""

    def __init__(self) -> None:
        self.seconds = 1000.0
        self.sleeps: list[float] = []
        self.clock = Clock(now=self._read, wall=self._read, sleep=self._sleep)

    def _read(self) -> float:
        return self.seconds

    def _sleep(self, seconds: float) -> None:
        self.sleeps.append(seconds)
        self.seconds += seconds
