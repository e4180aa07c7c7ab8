"""Unions: values of one of several types, which are told apart by their shapes."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from types import UnionType
from typing import TYPE_CHECKING, Any, Union, get_args, get_origin

import attrs

from .wording import name_of, shown

if TYPE_CHECKING:
    import cattrs

    from skysyn.models import JSON

ShapeOf = Callable[[Any], str]
"""Returns what a type is read from: scalar, typed, object or list, or any of them."""
IsClass = Callable[[Any], bool]
SCALARS: tuple[type, ...] = (str, int, float, bool, type(None))


@attrs.frozen
class Member:
    """One type of a union, the shape that it is read from, and what reads it."""

    kind: Any
    shape: str
    read: Callable[[Any, Any], object]


def learn_unions(made: cattrs.Converter, shape_of: ShapeOf, is_class: IsClass) -> None:
    """Let *made* read unions of types that are read from different shapes."""

    def wrap(union: Any) -> Callable[[Any, Any], object]:
        members = [
            Member(kind, shape_of(kind), made.get_structure_hook(kind))
            for kind in get_args(union)
        ]
        return lambda value, _: _load(value, members)

    made.register_structure_hook_factory(partial(_is_mixed, is_class), wrap)


def _is_mixed(is_class: IsClass, kind: Any) -> bool:
    """Return whether *kind* is a union that cattrs does not read by itself.

    It does scalars with one more type, and classes by the names that one alone has.
    """
    if get_origin(kind) not in {Union, UnionType}:
        return False
    others = [one for one in get_args(kind) if one not in SCALARS]
    return len(others) > 1 and not all(map(is_class, others))


def _load(value: JSON, members: list[Member]) -> object:
    """Return *value* as what is of its type, else as the first that it fits."""
    shapes = {_shape(value), "any"}
    fitting = [one for one in members if one.shape in shapes]
    failed: list[Exception] = []
    for one in sorted(fitting, key=lambda one: one.kind is not type(value)):
        try:
            return one.read(value, one.kind)
        except Exception as error:  # whatever reads it raises
            failed.append(error)
    if len(failed) == 1:
        raise failed[0]
    expected = " or ".join(name_of(one.kind) for one in members)
    msg = f"expected {expected}, got {shown(value)}"
    raise TypeError(msg)


def _shape(value: JSON) -> str:
    match value:
        case {"$type": _}:
            return "typed"
        case dict():
            return "object"
        case list():
            return "list"
        case _:
            return "scalar"
