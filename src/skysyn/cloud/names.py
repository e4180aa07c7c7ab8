"""Names: what functions are registered by that are given none."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Container


def name_of(function: Any) -> str:
    """Return `module.function`, the name that *function* has if none is given."""
    module = getattr(function, "__module__", None) or "?"
    return f"{module}.{getattr(function, '__name__', type(function).__name__)}"


def free_name(name: str, taken: Container[str]) -> str:
    """Return *name*, with a number if it is *taken*.

    A function with two decorators, or two lambdas, are two registrations.
    """
    if name not in taken:
        return name
    numbered = (f"{name}:{number}" for number in count(2))
    return next(found for found in numbered if found not in taken)
