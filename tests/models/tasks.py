"""Tasks: a model with fields of every kind, and a row of it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from enum import Enum
from typing import Any, TypedDict

import attrs

from skysyn import JSON, Field, Location, ReadOnly, Record, Ref, field, readonly
from skysyn.models import Origin

DUE = datetime(2026, 1, 2, 3, 4, 5, 678000, tzinfo=UTC)


class Colour(Enum):
    RED = "red"
    BLUE = "blue"


class Point(TypedDict):
    x: int
    y: int


@attrs.define
class Settings:
    dark: bool = False
    sizes: list[int] = attrs.field(factory=list[int])


class User(Record):
    name: Field[str | None] = field(default=None)


class Task(Record):
    title: Field[str]
    n: Field[int | None] = field(default=None)
    done: Field[bool] = field(default=False)
    due: Field[datetime | None] = field(default=None)
    tags: Field[list[str]] = field(factory=list[str])
    colour: Field[Colour | None] = field(default=None)
    place: Field[Location | None] = field(default=None)
    settings: Field[Settings | None] = field(default=None)
    steps: Field[list[Settings] | None] = field(default=None)
    spot: Field[Point | None] = field(default=None)
    data_: Field[dict[str, JSON] | None] = field(default=None, wire="data")
    reviewer: Field[Ref[User] | None] = field(default=None)
    token: Field[str | None] = field(default=None, secret=True)
    views: ReadOnly[int] = readonly()


def row(**fields: Any) -> bytes:
    meta: dict[str, Any] = {
        "_id": "task/k",
        "_type": "record",
        "_access": None,
        "_ownerID": "u-1",
        "_created_at": "2026-01-02T03:04:05Z",
        "_updated_at": "2026-01-02T03:04:05Z",
        "title": "A",
        "done": False,
        "tags": [],
        "views": 3,
    }
    return json.dumps({**meta, **fields}).encode()


def loaded(wire: bytes = b"", origin: Origin | None = None, **fields: Any) -> Task:
    return Task.__sky_make__(wire or row(**fields), origin or Origin(None))
