"""Mode: whether a cassette plays, records, or both."""

from __future__ import annotations

from enum import StrEnum


class Mode(StrEnum):
    """What becomes of requests.

    `NONE` plays and never asks the service. `ONCE` records if there is no file yet,
    and plays if there is. `NEW` plays what is recorded and records the rest. `ALL`
    records everything again, and keeps what was not asked for. `REWRITE` makes the
    file anew.
    """

    NONE = "none"
    ONCE = "once"
    NEW = "new"
    ALL = "all"
    REWRITE = "rewrite"
