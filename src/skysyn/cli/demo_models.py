"""The models that the demo declares; it prints this file."""

from __future__ import annotations

from datetime import datetime

from skysyn import Field, Location, Record, Ref, field


class Person(Record):
    name: Field[str]
    age: Field[int]


class Task(Record):
    title: Field[str]
    n: Field[float | None] = field(default=None)
    done: Field[bool | None] = field(default=None)
    due: Field[datetime | None] = field(default=None)
    tags: Field[list[str] | None] = field(default=None)
    loc: Field[Location | None] = field(default=None)
    reviewer: Field[Ref[Person] | None] = field(default=None)


class Note(Record):
    title: Field[str]
    body: Field[str | None] = field(default=None)
    stars: Field[int | None] = field(default=None)
    tags: Field[list[str] | None] = field(default=None)
    done: Field[bool | None] = field(default=None)
