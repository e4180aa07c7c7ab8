"""Values: what functions take and return, as it travels and back (protocol §20.5)."""

from __future__ import annotations

import dataclasses
from datetime import datetime
from enum import Enum
from typing import Any

import attrs
import msgspec

from skysyn.dialects.skygear import values
from skysyn.dialects.skygear.model import Record
from skysyn.errors import ConversionError
from skysyn.models import (
    ACL,
    JSON,
    Asset,
    GeoJSON,
    Location,
    RecordID,
    Reference,
    Sequence,
    Unknown,
    is_list,
    is_object,
)

from . import typed
from .records import PlainRecord

_TYPED: tuple[type[object], ...] = (
    datetime,
    RecordID,
    Reference,
    Location,
    GeoJSON,
    Asset,
    Sequence,
    Unknown,
    ACL,
    Enum,
)


def load(value: JSON) -> object:
    """Return the Python value that *value* says.

    Raises:
        ConversionError: a typed value is unknown or incomplete.
    """
    match value:
        case {"$type": "record", "$record": dict(record)}:
            return PlainRecord.load(record)
        case {"$type": "keypath", "$val": str(path)}:
            return path
        case {"$type": _}:
            return values.load(value)
        case dict():
            return {key: load(item) for key, item in value.items()}
        case list():
            return [load(item) for item in value]
        case _:
            return value


def dump(value: object) -> JSON:
    """Return *value* as it travels; an object with `$type` is taken as it is.

    Raises:
        ConversionError: it is nothing that a client can be sent.
    """
    match value:
        case Enum():
            return dump(value.value)
        case None | bool() | int() | float() | str():
            return value
        case PlainRecord():
            return {"$type": "record", "$record": value.dump()}
        case Record():
            return {"$type": "record", "$record": typed.dump_whole(value)}
        case _ if is_object(value):
            return {_key(key): dump(item) for key, item in value.items()}
        case _ if is_list(value):
            return [dump(item) for item in value]
        case tuple():
            items: tuple[object, ...] = value  # pyright: ignore[reportUnknownVariableType]  # objects
            return [dump(item) for item in items]
        case _:
            return _dump_typed(value)


def _dump_typed(value: object) -> JSON:
    if isinstance(value, _TYPED):
        return values.dump(value)
    names = _names(type(value))
    if names is not None:
        return {name: dump(getattr(value, name)) for name in names}
    msg = f"Object of type {type(value).__name__} is not JSON serializable"
    raise ConversionError(msg, value=value)


def _names(kind: type[Any]) -> list[str] | None:
    """Return what objects of a class of attrs, dataclasses or msgspec hold."""
    if attrs.has(kind):
        return [field.name for field in attrs.fields(kind)]
    if dataclasses.is_dataclass(kind):
        return [field.name for field in dataclasses.fields(kind)]
    if issubclass(kind, msgspec.Struct):
        return [field.name for field in msgspec.structs.fields(kind)]
    return None


def _key(key: object) -> str:
    if isinstance(key, str):
        return key
    msg = f"the key {key!r:.80} is no text: objects have texts for keys"
    raise ConversionError(msg, value=key)
