"""Annotations: the types that a function declares for what it takes."""

from __future__ import annotations

import builtins
import inspect
import sys
from functools import partial
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, get_type_hints

from skysyn.errors import DeclarationError
from skysyn.models import JSON

from .names import name_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from inspect import Parameter
    from types import FrameType

    Names = dict[str, Any]


def read_annotations(
    function: Callable[..., object],
) -> Iterator[tuple[Parameter, Any]]:
    """Yield each parameter of *function* and its type, `Any` where it declares none.

    Raises:
        DeclarationError: an annotation cannot be read.
    """
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):  # some that are built in do not tell theirs
        return
    known = _names(function)
    for parameter in signature.parameters.values():
        if parameter.annotation is parameter.empty:
            yield parameter, Any
        else:
            yield parameter, _evaluate(function, parameter, known)


def _evaluate(
    function: Callable[..., object], parameter: Parameter, known: tuple[Names, Names]
) -> Any:
    declared = SimpleNamespace(__annotations__={"found": parameter.annotation})
    try:
        return get_type_hints(declared, *known)["found"]
    except Exception as error:
        msg = (
            f"{name_of(function)}: cannot read the annotation "
            f"{parameter.annotation!r} of {parameter.name!r}: {error}; what it names "
            "is to be defined above, and not imported for type checkers only"
        )
        raise DeclarationError(msg) from error


def _names(function: Callable[..., object]) -> tuple[Names, Names]:
    """Return what *function* knows: of its module, and of the function it is in."""
    plain: Any = inspect.unwrap(function)
    while isinstance(plain, partial):
        plain = inspect.unwrap(plain.func)
    home = sys.modules.get(getattr(plain, "__module__", None) or "", builtins)
    known: Names = getattr(plain, "__globals__", vars(home))
    frame = _outside(inspect.currentframe())
    is_there = frame is not None and frame.f_globals is known
    # JSON names itself
    return {"JSON": JSON, **known}, dict(
        frame.f_locals
    ) if frame is not None and is_there else {}


def _outside(frame: FrameType | None) -> FrameType | None:
    """Return where the decorator stands."""
    while frame is not None and _is_ours(frame):
        frame = frame.f_back
    return frame


def _is_ours(frame: FrameType) -> bool:
    return str(frame.f_globals.get("__name__")).startswith("skysyn.cloud")
