"""Checks: validators that say in words what a setting takes."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, TypeAlias

from skysyn.arguments import check_number
from skysyn.errors import DeclarationError

if TYPE_CHECKING:
    from collections.abc import Callable

    from attrs import Attribute

    Check: TypeAlias = Callable[[object, Attribute[Any], object], None]

_TINY = sys.float_info.min


def at_least(least: float, kind: type | tuple[type, ...] = (int, float)) -> Check:
    """Return the check for numbers of *kind* from *least* up."""
    words = "a whole number" if kind is int else "a number"
    return _check(f"{words} from {least} up", least, kind)


def positive(*, or_none: bool = False) -> Check:
    """Return the check for numbers above 0, *or_none* also for None."""
    check = _check("a number above 0", _TINY, (int, float))

    def check_given(settings: object, attribute: Attribute[Any], value: object) -> None:
        if value is not None:
            check(settings, attribute, value)

    return check_given if or_none else check


def _check(words: str, least: float, kind: type | tuple[type, ...]) -> Check:
    def check(settings: object, attribute: Attribute[Any], value: object) -> None:
        takes = f"{type(settings).__name__}({attribute.name}=…) takes {words}"
        check_number(value, least, takes, kind=kind, error=DeclarationError)

    return check
