"""Open enums: a value that the service adds later does not break old code."""

from __future__ import annotations

from enum import Enum
from typing import Any, TypeVar

E = TypeVar("E", bound=Enum)


def open_member(kind: type[E], value: object) -> E:
    """Return the member of *kind* with *value*, or a nameless one that keeps it.

    The nameless member is an instance of *kind*, equal to every other one with the
    same value, and is written back as it came.
    """
    known = kind._value2member_map_.get(value)
    if isinstance(known, kind):
        return known
    base = getattr(kind, "_member_type_", object)
    make: Any = object.__new__ if base is object else base.__new__
    member: E = make(kind) if base is object else make(kind, value)
    member._name_ = f"UNKNOWN_{value}"
    member._value_ = value
    # another process may not have met the value yet
    member.__reduce_ex__ = lambda _: (open_member, (kind, value))  # type: ignore[method-assign, assignment]  # of this member only
    kind._value2member_map_[value] = member
    return member
