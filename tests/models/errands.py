"""Errands: a model with a field of every kind of expression."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from enum import Enum
from typing import Any, TypeAlias

from skysyn import JSON, Field, GeoJSON, Location, Record, Ref, Sequence, field
from skysyn.models import Compare, Path

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)
NAN = float("nan")
HERE = Location(13.4, 52.5)
AREA = GeoJSON.polygon([(0, 0), (0, 1), (1, 1), (0, 0)])


class State(Enum):
    OPEN = "open"
    DONE = "done"


class Person(Record):
    name: Field[str]
    friend: Field[Ref[Person] | None] = field(default=None)


class Errand(Record):
    title: Field[str]
    note: Field[str | None] = field(default=None)
    done: Field[bool] = field(default=False)
    count: Field[int] = field(default=0)
    ratio: Field[float | None] = field(default=None)
    number: Field[int | Sequence] = field(factory=Sequence)
    due: Field[datetime | None] = field(default=None)
    tags: Field[list[str]] = field(factory=list)
    details: Field[dict[str, JSON]] = field(factory=dict)
    state: Field[State] = field(default=State.OPEN)
    person: Field[Ref[Person] | None] = field(default=None)
    place: Field[Location | None] = field(default=None)
    area: Field[GeoJSON | None] = field(default=None, wire="region")


class Quick(Errand):
    """Has the fields of an errand and none of its own."""


RELATED = "_ownerID.related('friend', 'mutual')"

Condition: TypeAlias = Callable[[], object]

# what is wrong for a type checker too is written with this
ANY: Any = Errand
ANN = Person(name="Ann").with_id("p-1")


def path(*names: str) -> Path:
    return Path(names, "Errand")


def compare(op: Any, name: str, value: object) -> Compare:
    return Compare(op, path(name), value)
