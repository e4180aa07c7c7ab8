"""Stand-ins: ids and times that stay the same from one recording to the next."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from collections.abc import Iterable

_EDGE = r"(?<![0-9A-Za-z])"
_END = r"(?![0-9A-Za-z])"
_HEX = "[0-9a-f]"
ID = (
    rf"{_EDGE}(?:{_HEX}{{8}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{12}}"
    rf"|{_HEX}{{32}}|{_HEX}{{24}}){_END}"
)
TIME = (
    rf"{_EDGE}\d{{4}}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?"
    rf"(?:Z|[+-]\d\d:?\d\d)?{_END}"
)
IDS = re.compile(ID, re.IGNORECASE)
TIMES = re.compile(TIME)

_FRACTION = re.compile(r"\.(\d+)")

BASE = datetime(2000, 1, 1, tzinfo=UTC)
"""The first time of every recording; the others follow second by second."""
_LAST = timedelta(days=30)
NEVER = "4102444800"
"""When URLs of files expire in recordings, in seconds: in the year 2100."""
_LONGEST = timedelta(days=7)
NEAR = timedelta(minutes=2)
"""How far from now a time may be that is called the present."""

_STAND_IN = re.compile(
    r"00000000-0000-4000-8000-[0-9a-f]{12}|0000000000004000800[0-9a-f]{13}"
    r"|0{16}[0-9a-f]{8}"
)


def is_id(text: str) -> bool:
    """Return whether *text* stands for an id that was made when it was recorded."""
    return _STAND_IN.fullmatch(text) is not None


def is_time(text: str) -> bool:
    """Return whether *text* stands for a time at which it was recorded."""
    found = parse(text)
    return found is not None and BASE <= found < BASE + _LAST


def moment_of(text: str) -> datetime | None:
    """Return the moment of *text* if it stands for a time, else None."""
    if TIMES.fullmatch(text) is None:
        return None
    found = parse(text)
    return found if found is not None and BASE <= found < BASE + _LAST else None


def said(text: str) -> str:
    """Return *text* in the one form in which what is literal is compared."""
    moment = moment_of(text)
    return text.lower() if moment is None else moment.astimezone(UTC).isoformat()


def number_of(stand_in: str) -> int:
    """Return the number of an id's *stand_in*."""
    return int(stand_in[-8:], 16)


def parse(text: str) -> datetime | None:
    """Return the moment that *text* says; one without a zone is UTC."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def write_like(moment: datetime, text: str) -> str:
    """Return *moment* in the form, zone and precision of the time in *text*."""
    tail = re.search(r"(?:\.(\d+))?(Z|[+-]\d\d:?\d\d)?$", text)
    digits, zone = (tail[1], tail[2] or "") if tail else (None, "")
    local = moment.astimezone(_zone(zone))
    shown = local.strftime("%Y-%m-%dT%H:%M:%S")
    if digits:
        shown += "." + f"{local.microsecond:06}".ljust(9, "0")[: len(digits)]
    return shown + zone


def _zone(zone: str) -> timezone:
    if zone in {"", "Z"}:
        return UTC
    minutes = int(zone[1:3]) * 60 + int(zone[-2:])
    return timezone(timedelta(minutes=-minutes if zone[0] == "-" else minutes))


@attrs.define
class StandIns:
    """Replaces the ids that are *made*, and the times between *start* and *end*.

    Times close to one of *instants* are replaced as well, which are what a clock said
    that a test has set; what it said exactly will be said again. *known* are ids that
    have their stand-in from an older part of the recording, *taken* the numbers that
    it has given, and *last* is the latest of its times. What is *literal* only looks
    like a stand-in: it stays, and nothing else gets it.
    """

    start: datetime
    end: datetime
    made: set[str] = attrs.field(factory=set[str])
    known: dict[str, str] = attrs.field(factory=dict[str, str])
    moments: dict[datetime, datetime] = attrs.field(factory=dict[datetime, datetime])
    taken: set[int] = attrs.field(factory=set[int])
    last: datetime = BASE - timedelta(seconds=1)
    instants: list[datetime] = attrs.field(factory=list[datetime])
    literal: set[str] = attrs.field(factory=set[str])
    _number: int = 0

    def keep_from(self, taken: Iterable[str]) -> None:
        """Give none of the stand-ins in *taken*, and no time before theirs."""
        for stand_in in taken:
            moment = moment_of(stand_in)
            if is_id(stand_in.lower()):
                self.taken.add(number_of(stand_in))
            elif moment is not None:
                self.last = max(self.last, moment.replace(microsecond=0))

    def keep_literal(self, literal: Iterable[str]) -> None:
        """Leave what is *literal* as it is, and give it to nothing else."""
        self.literal.update(literal)
        self.made -= self.literal
        self.taken |= {number_of(text) for text in self.literal if is_id(text)}

    def learn_times(self, texts: Iterable[str]) -> None:
        """Give each moment in *texts* that is new its stand-in, in their order."""
        found = {parse(time) for text in texts for time in TIMES.findall(text)}
        made = sorted(moment for moment in found if moment and self._is_made(moment))
        past = max([self.last, *self.moments.values()])
        for moment in made:
            if moment not in self.moments:
                past = self._after(past)
                self.moments[moment] = past

    def expiry(self, seconds: str) -> str:
        """Return until when something is good that was given out while recording."""
        if not re.fullmatch(r"\d{9,11}", seconds):
            return seconds
        moment = datetime.fromtimestamp(int(seconds), UTC)
        is_given = self.start <= moment <= self.end + _LONGEST
        return NEVER if is_given else seconds

    def _is_made(self, moment: datetime) -> bool:
        return self.start <= moment <= self.end or any(
            timedelta() < abs(moment - instant) < NEAR for instant in self.instants
        )

    def _after(self, past: datetime) -> datetime:
        past += timedelta(seconds=1)
        while past.isoformat() in self.literal:
            past += timedelta(seconds=1)
        return past

    def change(self, text: str) -> str:
        """Return *text* with stand-ins."""
        text = IDS.sub(lambda found: self._id(found[0]), text)
        return TIMES.sub(lambda found: self._time(found[0]), text)

    def _id(self, text: str) -> str:
        lowered = text.lower()
        if lowered not in self.made and lowered not in self.known:
            return text
        if lowered not in self.known:
            self.known[lowered] = _id(self._free(), lowered)
        return self.known[lowered]

    def _free(self) -> int:
        self._number += 1
        while self._number in self.taken:
            self._number += 1
        return self._number

    def _time(self, text: str) -> str:
        moment = parse(text)
        stand_in = None if moment is None else self.moments.get(moment)
        return text if stand_in is None else write_like(stand_in, _padded(text))


def _id(number: int, like: str) -> str:
    if "-" in like:
        return f"00000000-0000-4000-8000-{number:012x}"
    return f"{number:024x}" if len(like) == 24 else f"0000000000004000800{number:013x}"


def _padded(text: str) -> str:
    """Return *text* with digits that its server left out, as they were zeros."""
    return _FRACTION.sub(lambda found: f".{found[1]:0<6}", text)
