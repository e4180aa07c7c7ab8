"""Campaigns: how long they are; `SKYSYN_CAMPAIGN` multiplies it."""

from __future__ import annotations

import os
from pathlib import Path

SCALE = int(os.environ.get("SKYSYN_CAMPAIGN", "1"))


def memory() -> int:
    """Return how many bytes of memory this process takes now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")
