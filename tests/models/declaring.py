"""Declare a model with one field."""

from __future__ import annotations

from enum import Enum
from typing import Any, TypedDict

import attrs

from skysyn import Field, Record


class Person(Record):
    name: Field[str]


class Colour(Enum):
    RED = "red"


class Step(TypedDict):
    what: str


@attrs.define
class Settings:
    dark: bool = False


def make(annotation: object, value: object = attrs.NOTHING, name: str = "spot") -> Any:
    """Declare `class Task(Record)` with one field, as its class statement would."""
    body: dict[str, Any] = {"__annotations__": {name: annotation}}
    body["__module__"] = __name__
    if value is not attrs.NOTHING:
        body[name] = value
    return type("Task", (Record,), body)
