"""Tasks: a model with a reference."""

from __future__ import annotations

from skysyn import Field, Record, Ref, field


class User(Record):
    name: Field[str | None] = field(default=None)


class Task(Record):
    description: Field[str]
    reviewer: Field[Ref[User] | None] = field(default=None)
