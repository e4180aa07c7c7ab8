"""Plain data: what JSON can hold, all the way down."""

from __future__ import annotations

import math
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, Any

import attrs

from skysyn.errors import ConversionError

from .acl import ACL
from .ref import RecordID, Reference, is_ref
from .values import Asset, GeoJSON, Location, Sequence, Unknown

if TYPE_CHECKING:
    from typing_extensions import TypeIs

_TYPED: tuple[type, ...] = (
    ACL,
    datetime,
    RecordID,
    Reference,
    Location,
    GeoJSON,
    Asset,
    Sequence,
    Unknown,
)


def check_plain(value: object, path: str) -> None:
    """Raise ConversionError unless *value* is plain JSON data all the way down."""
    try:
        _check(value, path)
    except RecursionError as error:
        msg = f"{type(value).__name__} at {path} holds itself, or is too deep for JSON"
        raise ConversionError(msg, path=path) from error


def _check(value: object, path: str) -> None:
    match value:
        case None | bool() | int() | str():
            return
        case float():
            if not math.isfinite(value):
                msg = f"{value} at {path} cannot be written as a JSON number"
                raise ConversionError(msg, path=path, value=value)
        case _ if is_list(value):
            for index, item in enumerate(value):
                _check(item, f"{path}[{index}]")
        case _ if is_object(value):
            _check_entries(value, path)
        case _:
            _check_object(value, path)


def _check_object(value: object, path: str) -> None:
    if isinstance(value, Enum):
        _check(value.value, path)
    elif _has_members(value):
        _check_entries(_members(value), path)
    else:
        raise _not_plain(value, path)


def _has_members(value: object) -> bool:
    """Whether *value* is an attrs object that travels as a JSON object."""
    return attrs.has(type(value)) and not (isinstance(value, _TYPED) or is_ref(value))


def _members(value: Any) -> dict[object, object]:
    return {a.name: getattr(value, a.name) for a in value.__attrs_attrs__}


def _check_entries(entries: dict[object, object], path: str) -> None:
    for key, item in entries.items():
        if not isinstance(key, str):
            msg = f"the key {key!r} at {path} is not text"
            raise ConversionError(msg, path=path, value=key)
        _check(item, f"{path}.{key}")


def _not_plain(value: object, path: str) -> ConversionError:
    name = type(value).__name__
    msg = f"{name} at {path} is not plain JSON"
    if isinstance(value, _TYPED) or is_ref(value):
        msg += (
            ": the service keeps dates, references, places and files only in fields "
            "of their own, and would destroy one inside a list or dict"
        )
    return ConversionError(msg, path=path, value=value)


def is_list(value: object) -> TypeIs[list[object]]:
    """Whether *value* is a list; checkers then know that its items may be anything."""
    return isinstance(value, list)


def is_object(value: object) -> TypeIs[dict[object, object]]:
    """Whether *value* is a dict; checkers then know that it may hold anything."""
    return isinstance(value, dict)
