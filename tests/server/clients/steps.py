"""Steps: what a story is told in, each named by the function that takes it."""

from __future__ import annotations

import sys
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

STEPS: list[tuple[str, Callable[[], None]]] = []
know = SimpleNamespace()
"""What later steps have to know of earlier ones."""


def step(tell: Callable[[], None]) -> Callable[[], None]:
    """Add a step to the story."""
    name = tell.__name__.replace("_", " ").replace("search ", "search: ")
    STEPS.append((name, tell))
    return tell


def same(found: object, wanted: object) -> None:
    """Fail unless both are equal."""
    if found != wanted:
        msg = f"{found!r} is not {wanted!r}"
        raise AssertionError(msg)


def refused(code: int, ask: Callable[..., Any], *args: Any, **kwargs: Any) -> None:
    """Fail unless *ask* is refused with *code*."""
    try:
        ask(*args, **kwargs)
    except Exception as error:
        same(getattr(error, "code", error), code)
    else:
        same("it is not refused", code)


def tell_all() -> None:
    """Take every step, and say how it went."""
    for name, tell in STEPS:
        try:
            tell()
        except Exception as error:
            sys.stdout.write(f"not ok {name}: {type(error).__name__}: {error}\n")
        else:
            sys.stdout.write(f"ok {name}\n")
