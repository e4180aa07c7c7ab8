"""The clock of jobs: as fast as it is told, and never backwards."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skysyn.server.accsyn.clock import (
    SECOND,
    Anchor,
    FastClock,
    HandClock,
    from_datetime,
    to_datetime,
)

NOON = from_datetime(datetime(2026, 7, 2, 12, tzinfo=UTC))


@pytest.mark.parametrize(("speed", "seconds"), [(1, 10), (60, 600), (0.5, 5), (0, 0)])
def test_a_clock_runs_at_its_speed(speed: float, seconds: int) -> None:
    anchor = Anchor.drop(speed, NOON)

    assert anchor.at(NOON + 10 * SECOND) == NOON + seconds * SECOND


def test_a_clock_goes_on_after_a_restart_at_another_speed() -> None:
    fast = FastClock.start(100, None, lambda: NOON)
    slow = FastClock.start(1, fast.anchor, lambda: NOON + 10 * SECOND)

    assert slow.now() == NOON + 1000 * SECOND


def test_a_clock_at_the_same_speed_keeps_its_anchor() -> None:
    kept = Anchor.drop(7, NOON)

    assert FastClock.start(7, kept, lambda: NOON + SECOND).anchor is kept


def test_a_clock_without_an_anchor_tells_real_time() -> None:
    before = from_datetime(datetime.now(UTC))
    shown = FastClock.start().now()

    assert before <= shown <= from_datetime(datetime.now(UTC))


def test_a_clock_by_hand_moves_when_it_is_told() -> None:
    clock = HandClock(NOON)
    clock.advance(1.5)

    assert to_datetime(clock.now()) == datetime(2026, 7, 2, 12, 0, 1, 500000, UTC)


def test_a_clock_that_ran_for_ever_shows_the_end_of_dates() -> None:
    assert to_datetime(10**20) == datetime(9999, 1, 1, tzinfo=UTC)


@given(
    st.floats(0, 1e6), st.floats(0, 1e6), st.lists(st.integers(0, 10**12), min_size=2)
)
def test_a_clock_never_goes_back(speed: float, other: float, times: list[int]) -> None:
    first, *rest = sorted(times)
    fast = Anchor.drop(speed, 0)
    changed = fast.change(other, first)

    shown = [fast.at(first), *(changed.at(real) for real in rest)]
    assert shown == sorted(shown)
