"""Instants: what time it is, to a test that has set its clock and to everyone else."""

from __future__ import annotations

import sys
from datetime import UTC, datetime


def real_now() -> datetime:
    """Return what time it is where no test has set the clock."""
    travelling = sys.modules.get("time_machine")
    if travelling is not None and travelling.escape_hatch.is_travelling():
        seconds: float = travelling.escape_hatch.time.time()
        return datetime.fromtimestamp(seconds, UTC)
    return datetime.now(UTC)


def set_now() -> datetime | None:
    """Return what time it is to a test that has set its clock, else None."""
    travelling = sys.modules.get("time_machine")
    if travelling is None or not travelling.escape_hatch.is_travelling():
        return None
    return datetime.now(UTC)
