"""What long campaigns need: a fair clock, and a line about what they did."""

from __future__ import annotations

import sys
import threading
import time
from typing import Self

BEAT = 0.01


def tell(text: str) -> None:
    """Print *text* past the capturing of pytest, for whoever reads the log."""
    out = sys.__stdout__
    if out is not None:
        out.write(f"{text}\n")


class Stopwatch:
    """Measure time without the spans in which the machine did not run this process."""

    def __init__(self) -> None:
        self._stalls: list[tuple[float, float]] = []
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._beat, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def since(self, started: float) -> float:
        """Return the seconds since *started*, a moment of `time.monotonic()`."""
        time.sleep(0)
        now = time.monotonic()
        lost = sum(
            min(now, end) - max(started, start)
            for start, end in list(self._stalls)
            if end > started
        )
        return now - started - lost

    def _beat(self) -> None:
        last = time.monotonic()
        while not self._done.wait(BEAT):
            now = time.monotonic()
            if now - last > 10 * BEAT:
                self._stalls.append((last + BEAT, now))
            last = now
