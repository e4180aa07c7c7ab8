"""Models: one with a field of every type, and what it refers to."""

from __future__ import annotations

from datetime import datetime
from enum import Enum, IntEnum
from typing import TYPE_CHECKING, TypeVar

import msgspec

from skysyn import (
    JSON,
    Asset,
    Field,
    GeoJSON,
    Location,
    Record,
    Ref,
    Sequence,
    Unknown,
    field,
)
from skysyn.models import Origin

if TYPE_CHECKING:
    from collections.abc import Mapping

R = TypeVar("R", bound=Record)


class Colour(Enum):
    RED = "red"
    BLUE = "blue"


class Grade(IntEnum):
    LOW = 1
    HIGH = 2


class Person(Record, type="recorded_person"):
    name: Field[str | None] = field(default=None)
    boss: Field[Ref[Person] | None] = field(default=None)


class Sample(Record):
    text: Field[str] = field(default="")
    number: Field[float] = field(default=0.0)
    whole: Field[int] = field(default=0)
    done: Field[bool] = field(default=False)
    due: Field[datetime | None] = field(default=None)
    reviewer: Field[Ref[Person] | None] = field(default=None)
    where: Field[Location | None] = field(default=None)
    area: Field[GeoJSON | None] = field(default=None)
    photo: Field[Asset | None] = field(default=None)
    counter: Field[int | Sequence] = field(factory=Sequence)
    money: Field[Unknown | None] = field(default=None)
    colour: Field[Colour | None] = field(default=None)
    grade: Field[Grade | None] = field(default=None)
    tags: Field[list[str]] = field(factory=list[str])
    table: Field[dict[str, JSON]] = field(factory=dict[str, JSON])
    anything: Field[JSON] = field(default=None)
    nickname: Field[str | None] = field(default=None)


def received(model: type[R], fields: Mapping[str, JSON]) -> R:
    """Return the record of *model* that an answer with *fields* holds."""
    row = {"_id": f"{model.__collection__}/1", "_type": "record", "_access": None}
    return model.__sky_make__(msgspec.json.encode({**row, **fields}), Origin(None))
