"""Timekeeping: the clock goes on where it was, for all processes of a database."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from skysyn.server.store.migration import lock

from .clock import Anchor, FastClock
from .tables import state

if TYPE_CHECKING:
    from .work import Work

_NAME = "clock"


def keep_time(work: Work, speed: float) -> FastClock:
    """Return the clock of a database at *speed*, and keep where it meets real time."""
    lock(work.connection, is_sqlite=work.is_sqlite)
    row = work.one(state, state.c.name == _NAME)
    kept = None if row is None else Anchor(**row["value"])
    clock = FastClock.start(speed, kept)
    value = attrs.asdict(clock.anchor)
    if row is None:
        work.insert(state, {"name": _NAME, "value": value})
    elif clock.anchor != kept:
        work.update(state, {"value": value}, state.c.name == _NAME)
    return clock
