"""Models that refer to those of `people`, with annotations that are not evaluated."""

from __future__ import annotations

from enum import Enum, IntEnum
from typing import TYPE_CHECKING, Literal, TypedDict

import attrs

from skysyn import (
    JSON,
    Asset,
    Field,
    GeoJSON,
    Location,
    ReadOnly,
    Record,
    Ref,
    Sequence,
    Unknown,
    UserID,
    field,
    readonly,
)

if TYPE_CHECKING:
    from datetime import datetime  # noqa: TC004  # known without an import

    from .people import User  # noqa: TC004  # found by its name


class Status(Enum):
    OPEN = "open"
    DONE = "done"


class Level(IntEnum):
    LOW = 1
    HIGH = 2


class Address(TypedDict):
    street: str
    city: str


@attrs.frozen
class Money:
    amount: int
    currency: str


class Audited(Record, abstract=True):
    note: Field[str | None] = field(default=None)
    revision: Field[int] = field(default=0)
    editor: Field[Ref[User] | None] = field(default=None)


class Task(Audited):
    title: Field[str]
    owner: Field[Ref[User]]
    summary: Field[str] = field(default="", wire="abstract")
    done: Field[bool] = field(default=False)
    urgent: Field[bool | None] = field(default=None)
    count: Field[int] = field(default=0)
    estimate: Field[int | None] = field(default=None)
    ratio: Field[float] = field(default=0.0)
    score: Field[float | None] = field(default=None)
    due: Field[datetime | None] = field(default=None)
    started: Field[datetime | None] = field(default=None)
    tags: Field[list[str]] = field(factory=list)
    labels: Field[list[str] | None] = field(default=None)
    numbers: Field[list[int]] = field(factory=list)
    settings: Field[dict[str, int]] = field(factory=dict)
    details: Field[dict[str, JSON] | None] = field(default=None)
    anything: Field[JSON] = field(default=None)
    reviewer: Field[Ref[User] | None] = field(default=None)
    parent: Field[Ref[Task] | None] = field(default=None)
    place: Field[Location | None] = field(default=None)
    area: Field[GeoJSON | None] = field(default=None)
    photo: Field[Asset | None] = field(default=None)
    number: Field[int | Sequence] = field(factory=Sequence)
    ticket: Field[int | Sequence | None] = field(default=None)
    status: Field[Status] = field(default=Status.OPEN)
    mood: Field[Status | None] = field(default=None)
    level: Field[Level] = field(default=Level.LOW)
    kind: Field[Literal["chore", "bug"]] = field(default="chore")
    sort: Field[Literal["chore", "bug"] | None] = field(default=None)
    address: Field[Address | None] = field(default=None)
    price: Field[Money | None] = field(default=None)
    legacy: Field[Unknown | None] = field(default=None)
    assignee: Field[UserID | None] = field(default=None)
    views: ReadOnly[int] = readonly()


class Placed(Record, abstract=True):
    spot: Field[Location | None] = field(default=None)


class Chore(Task, Placed):
    room: Field[str] = field(default="")
