"""Waiting for a job: looking again, less and less often."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skysyn.errors import TimedOut
from skysyn.transport import Clock

if TYPE_CHECKING:
    from collections.abc import Callable, Container

    from .statuses import JobStatus

FIRST, LONGEST, GROWTH = 1.0, 15.0, 1.5


def wait(
    look: Callable[[], JobStatus | None],
    until: Container[JobStatus | None],
    *,
    timeout: float | None = None,
    clock: Clock | None = None,
) -> None:
    """Call *look* until the status that it returns is one of *until*.

    Raises:
        TimedOut: *timeout* seconds passed before.
    """
    time = clock or Clock()
    started, pause = time.now(), FIRST
    while (status := look()) not in until:
        left = None if timeout is None else timeout - (time.now() - started)
        if left is not None and left <= 0:
            msg = f"the job is still {status} after {timeout} seconds"
            raise TimedOut(msg, maybe_sent=False)
        time.sleep(pause if left is None else min(pause, left))
        pause = min(pause * GROWTH, LONGEST)
