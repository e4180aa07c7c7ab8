"""Schedules of timers: six fields, names and `@every`, as the original reads them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from cronsim import CronSim
from hypothesis import given
from hypothesis import strategies as st

from skysyn.dialects.skygear.cron import Cron, Every, parse, spec_of
from skysyn.errors import DeclarationError

MOMENTS = st.integers(1577836800, 1893456000).map(
    lambda seconds: datetime.fromtimestamp(seconds, UTC)
)


def numbers(low: int, high: int) -> st.SearchStrategy[str]:
    """Fields that say numbers: single ones, ranges, steps, lists."""
    one = st.integers(low, high)
    # other readers take 0-0 for more than 0
    pair = st.tuples(one, one).map(sorted).filter(lambda p: p[0] < p[1])
    step = st.integers(1, 7)
    part = st.one_of(
        one.map(str),
        pair.map(lambda p: f"{p[0]}-{p[1]}"),
        st.tuples(pair, step).map(lambda p: f"{p[0][0]}-{p[0][1]}/{p[1]}"),
    )
    return st.lists(part, min_size=1, max_size=3).map(",".join)


def fields(low: int, high: int) -> st.SearchStrategy[str]:
    """Fields of any kind."""
    return st.one_of(st.just("*"), numbers(low, high))


@given(
    fields(0, 59), fields(0, 23), fields(1, 28), fields(1, 12), fields(0, 6), MOMENTS
)
def test_schedules_on_whole_minutes_are_those_of_cron(
    minute: str, hour: str, day: str, month: str, weekday: str, at: datetime
) -> None:
    spec = f"{minute} {hour} {day} {month} {weekday}"

    found = parse(f"0 {spec}").next(at)

    assert found == next(CronSim(spec, at))


@given(numbers(0, 59), MOMENTS)
def test_seconds_are_a_field_of_their_own(second: str, at: datetime) -> None:
    schedule = parse(f"{second} * * * * *")

    found = schedule.next(at)

    later = (at + timedelta(seconds=n) for n in range(1, 61))
    assert isinstance(schedule, Cron)
    assert found == next(t for t in later if t.second in schedule.second.numbers)


@given(MOMENTS, st.integers(1, 10**6))
def test_every_counts_whole_seconds(at: datetime, seconds: int) -> None:
    found = parse(f"@every {seconds}s").next(at + timedelta(microseconds=7))

    assert found == at + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("spec", "after", "found"),
    [
        ("@yearly", "2026-03-04T05:06:07", "2027-01-01T00:00:00"),
        ("@annually", "2026-03-04T05:06:07", "2027-01-01T00:00:00"),
        ("@monthly", "2026-12-04T05:06:07", "2027-01-01T00:00:00"),
        ("@weekly", "2026-11-22T00:00:00", "2026-11-29T00:00:00"),
        ("@daily", "2026-02-28T05:06:07", "2026-03-01T00:00:00"),
        ("@midnight", "2026-02-28T00:00:00", "2026-03-01T00:00:00"),
        ("@hourly", "2026-02-28T23:59:59", "2026-03-01T00:00:00"),
        ("@every 1h30m", "2026-02-28T23:00:00", "2026-03-01T00:30:00"),
        ("@every 1.5h", "2026-02-28T23:00:00", "2026-03-01T00:30:00"),
        ("@every 1500ms", "2026-02-28T23:00:00", "2026-02-28T23:00:01"),
        # five fields are the first five, unlike Unix cron's
        ("30 0 1 1 *", "2026-01-01T00:00:00", "2026-01-01T01:00:30"),
        ("0 0 0 ? JAN Mon", "2026-01-01T00:00:00", "2026-01-05T00:00:00"),
        # both days restricted: either; one of them a star: both
        ("0 0 0 13 * fri", "2026-11-01T00:00:00", "2026-11-06T00:00:00"),
        ("0 0 0 */2 * fri", "2026-11-01T00:00:00", "2026-11-13T00:00:00"),
        ("50/5 * * * * *", "2026-01-01T00:00:51", "2026-01-01T00:00:55"),
        ("0 0 0 29 2 *", "2026-01-01T00:00:00", "2028-02-29T00:00:00"),
    ],
)
def test_a_schedule_says_when_it_runs_next(spec: str, after: str, found: str) -> None:
    at = datetime.fromisoformat(after).replace(tzinfo=UTC)

    assert parse(spec).next(at) == datetime.fromisoformat(found).replace(tzinfo=UTC)


def test_what_never_comes_has_no_time() -> None:
    assert parse("0 0 0 30 2 *").next(datetime(2026, 1, 1, tzinfo=UTC)) is None


def test_hours_are_those_of_the_zone_across_summer_time() -> None:
    zone = ZoneInfo("Europe/Stockholm")
    winter = datetime(2026, 3, 28, 12, tzinfo=zone)
    night = datetime(2026, 10, 25, 1, 30, tzinfo=zone)
    schedule = parse("@hourly")
    runs: list[str] = []
    at: datetime | None = night
    for _ in range(3):
        assert at is not None
        at = schedule.next(at)
        runs.append(str(at))

    assert str(parse("0 0 3 * * *").next(winter)) == "2026-03-29 03:00:00+02:00"
    assert [run[11:] for run in runs] == [
        "02:00:00+02:00",
        "02:00:00+01:00",
        "03:00:00+01:00",
    ]


@pytest.mark.parametrize(
    "spec",
    [
        "",
        "* * * *",
        "* * * * * * *",
        "60 * * * * *",
        "* * 24 * * *",
        "* * * 0 * *",
        "* * * * 13 *",
        "* * * * * 7",
        "5-3 * * * * *",
        "1-2-3 * * * * *",
        "*/0 * * * * *",
        "*-5 * * * * *",
        "x * * * * *",
        "mon * * * * *",
        "@sometimes",
        "@every",
        "@every 1",
        "@every soon",
        "@every 0.5s",
        "@every -1h",
    ],
)
def test_what_is_no_schedule_is_refused_and_named(spec: str) -> None:
    with pytest.raises(DeclarationError, match="is no schedule"):
        parse(spec)


@pytest.mark.parametrize(
    ("interval", "spec"),
    [
        (60, "@every 60s"),
        (1.5, "@every 1.5s"),
        (timedelta(hours=1), "@every 3600s"),
        ("@every 1h", "@every 1h"),
        ("0 0 * * * *", "0 0 * * * *"),
    ],
)
def test_intervals_are_seconds_times_or_schedules(
    interval: str | float | timedelta, spec: str
) -> None:
    assert spec_of(interval) == spec


@pytest.mark.parametrize("interval", [0, 0.5, -1, True, timedelta(0), "soon"])
def test_what_is_no_interval_is_refused(interval: str | float | timedelta) -> None:
    with pytest.raises(DeclarationError):
        spec_of(interval)


@given(st.text(max_size=30))
def test_any_text_is_a_schedule_or_refused(text: str) -> None:
    try:
        schedule = parse(text)
    except DeclarationError:
        return

    assert isinstance(schedule, Cron | Every)
