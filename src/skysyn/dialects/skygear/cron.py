"""Cron: when timers run, in the words that Skygear's server reads (protocol §20.8).

A schedule has six fields: second, minute, hour, day of the month, month, day of the
week; five are read as the first five. `@every 1h30m` and `@daily` are schedules too.
"""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import attrs

from skysyn.errors import DeclarationError

if TYPE_CHECKING:
    from collections.abc import Callable

_NAMED = {
    "@yearly": "0 0 0 1 1 *",
    "@annually": "0 0 0 1 1 *",
    "@monthly": "0 0 0 1 * *",
    "@weekly": "0 0 0 * * 0",
    "@daily": "0 0 0 * * *",
    "@midnight": "0 0 0 * * *",
    "@hourly": "0 0 * * * *",
}
_MONTHS = (
    *("jan", "feb", "mar", "apr", "may", "jun"),
    *("jul", "aug", "sep", "oct", "nov", "dec"),
)
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_UNITS = {
    "ns": Decimal("1e-9"),
    "us": Decimal("1e-6"),
    "µs": Decimal("1e-6"),
    "μs": Decimal("1e-6"),
    "ms": Decimal("1e-3"),
    "s": Decimal(1),
    "m": Decimal(60),
    "h": Decimal(3600),
}
_PART = re.compile(r"(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)", re.ASCII)
_RANGE = re.compile(r"(\*|\?|\w+)(?:-(\w+))?(?:/(\d+))?", re.ASCII)
_YEARS = 5
"""How far ahead a time is looked for; what never comes, as 30 February, is None."""


@attrs.frozen
class Every:
    """Runs again *seconds* after each run, on whole seconds."""

    seconds: int

    def next(self, after: datetime) -> datetime | None:
        """Return when to run next, *after* a time with its zone."""
        whole = after.astimezone(UTC).replace(microsecond=0)
        return (whole + timedelta(seconds=self.seconds)).astimezone(after.tzinfo)


@attrs.frozen
class Field:
    """The numbers that one field allows; *is_any* if it was written with a star."""

    numbers: frozenset[int]
    is_any: bool = False


@attrs.frozen
class Cron:
    """Runs at every time whose parts the fields allow."""

    second: Field
    minute: Field
    hour: Field
    day: Field
    month: Field
    weekday: Field

    def next(self, after: datetime) -> datetime | None:
        """Return when to run next, *after* a time with its zone; None for never."""
        zone = after.tzinfo
        moment = math.floor(after.timestamp()) + 1
        last = after.year + _YEARS
        while (at := datetime.fromtimestamp(moment, zone)).year <= last:
            if at.month not in self.month.numbers:
                moment = _month_after(at)
            elif not self._has_day(at):
                moment = _day_after(at)
            elif at.hour not in self.hour.numbers:
                moment += 3600 - at.minute * 60 - at.second
            elif at.minute not in self.minute.numbers:
                moment += 60 - at.second
            elif at.second not in self.second.numbers:
                moment += 1
            else:
                return at
        return None

    def _has_day(self, at: datetime) -> bool:
        """Whether the day fits: either of two restricted fields, else both."""
        in_month = at.day in self.day.numbers
        in_week = at.isoweekday() % 7 in self.weekday.numbers
        if self.day.is_any or self.weekday.is_any:
            return in_month and in_week
        return in_month or in_week


Schedule = Cron | Every


def _month_after(at: datetime) -> int:
    first = at.replace(day=1, hour=0, minute=0, second=0, fold=0)
    if at.month == 12:
        return _moment(first.replace(year=at.year + 1, month=1), at)
    return _moment(first.replace(month=at.month + 1), at)


def _day_after(at: datetime) -> int:
    midnight = at.replace(hour=0, minute=0, second=0, fold=0)
    return _moment(midnight + timedelta(days=1), at)


def _moment(found: datetime, at: datetime) -> int:
    # where midnight is left out by the zone, the hour before it must not come back
    return max(math.floor(found.timestamp()), math.floor(at.timestamp()) + 1)


def parse(spec: str) -> Schedule:
    """Return the schedule that *spec* says.

    Raises:
        DeclarationError: it says none; the text names what is wrong.
    """
    said = spec.strip()
    if said.startswith("@every "):
        return Every(_delay(spec, said.removeprefix("@every ").strip()))
    fields = _NAMED.get(said, said).split()
    if len(fields) == 5:
        fields.append("*")
    if len(fields) != 6 or said.startswith("@every"):
        raise _wrong(
            spec,
            "write six fields (second minute hour day month weekday), @every with a "
            f"time, or one of {', '.join(_NAMED)}",
        )
    second, minute, hour, day, month, weekday = fields
    return Cron(
        _field(spec, second, range(60)),
        _field(spec, minute, range(60)),
        _field(spec, hour, range(24)),
        _field(spec, day, range(1, 32)),
        _field(spec, month, range(1, 13), _named(_MONTHS, 1)),
        _field(spec, weekday, range(7), _named(_DAYS, 0)),
    )


_SECONDS = "write seconds, a timedelta or a schedule"


def spec_of(interval: str | float | timedelta) -> str:
    """Return the schedule of *interval*: seconds, a time, or one that is written.

    Raises:
        DeclarationError: it says none.
    """
    match interval:
        case bool():
            raise _wrong(repr(interval), _SECONDS)
        case str():
            spec = interval
        case timedelta():
            spec = f"@every {_seconds(interval.total_seconds())}s"
        case int() | float():
            spec = f"@every {_seconds(interval)}s"
        case _:
            raise _wrong(repr(interval), _SECONDS)
    parse(spec)
    return spec


def _seconds(value: float) -> str:
    return str(int(value)) if float(value).is_integer() else str(Decimal(str(value)))


def _delay(spec: str, text: str) -> int:
    """Return the whole seconds in a duration as Go writes it: `1h30m`, `1.5h`."""
    parts = list(_PART.finditer(text))
    if not parts or "".join(part[0] for part in parts) != text:
        raise _wrong(spec, "a time is written as 1h30m, 90s or 1.5h")
    total = sum(Decimal(part[1]) * _UNITS[part[2]] for part in parts)
    if total < 1:
        raise _wrong(spec, "one second is the shortest time")
    if total > Decimal(10**10):
        raise _wrong(spec, "this is more than three centuries")
    return int(total)


def _named(names: tuple[str, ...], first: int) -> dict[str, int]:
    return {name: number for number, name in enumerate(names, first)}


def _field(
    spec: str, text: str, allowed: range, names: dict[str, int] | None = None
) -> Field:
    """Return the field that *text* says: a list of numbers, ranges and steps."""

    def number(said: str) -> int:
        if said.isdecimal():
            return int(said)
        found = (names or {}).get(said.lower())
        if found is None:
            raise _wrong(spec, f"{said!r} is no number here")
        return found

    numbers: set[int] = set()
    is_any = False
    for part in text.split(","):
        found = _RANGE.fullmatch(part)
        if found is None:
            raise _wrong(spec, f"{part!r} is no number, range or step")
        is_any = is_any or found[1] in {"*", "?"}
        numbers.update(_numbers(spec, found, allowed, number))
    return Field(frozenset(numbers), is_any)


def _numbers(
    spec: str, found: re.Match[str], allowed: range, number: Callable[[str], int]
) -> range:
    low, high, step = found.groups()
    if low in {"*", "?"}:
        if high is not None:
            raise _wrong(spec, f"{found[0]!r} is no range")
        start, stop = allowed[0], allowed[-1]
    else:
        start = stop = number(low)
        if high is not None:
            stop = number(high)
        elif step is not None:  # N/s goes on to the end
            stop = allowed[-1]
    if start not in allowed or stop not in allowed or start > stop:
        bounds = f"{allowed[0]} to {allowed[-1]}"
        raise _wrong(spec, f"{found[0]!r} is not within {bounds}, in this order")
    if step is not None and int(step) == 0:
        raise _wrong(spec, f"the step of {found[0]!r} is no step")
    return range(start, stop + 1, int(step or 1))


def _wrong(spec: str, why: str) -> DeclarationError:
    msg = f"{spec!r} is no schedule: {why}"
    return DeclarationError(msg)
