"""Kinds: the types that functions declare, and what reads values as them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin

from skysyn.dialects.skygear.model import Record
from skysyn.dialects.skygear.results import Results, load_record
from skysyn.dialects.skygear.wording import shown
from skysyn.models import JSON, Origin

from . import values
from .records import PlainRecord

_LOOSE: dict[object, tuple[object, ...]] = {
    list: (object,),
    set: (object,),
    frozenset: (object,),
    Sequence: (object,),
    AbstractSet: (object,),
    tuple: (object, ...),
    dict: (str, object),
    Mapping: (str, object),
}
"""What collections hold that do not say it."""


@cache
def reader() -> Results:
    """Return what reads the types of arguments."""
    found = Results(Origin(None))
    for is_meant, read in (
        (is_open, _load_open),
        (_is_json, _load_json),
        (_is_plain, _load_plain),
        (_is_record, _load_record),
    ):
        found.learn(is_meant, read)
    found.learn_as(_is_loose, _close)
    found.learn_as(_is_bound, _bound)
    return found


def is_open(kind: Any) -> bool:
    """Return whether *kind* is anything."""
    is_free = isinstance(kind, TypeVar) and not _is_bound(kind)
    return is_free or kind in {Any, object}


def _load_open(value: JSON, _: object) -> object:
    return values.load(value)


def _is_json(kind: Any) -> bool:
    """Return whether *kind* is `JSON`, however far what it names was looked up."""
    parts, known = get_args(kind), get_args(JSON)
    return len(parts) == len(known) and all(
        part in known
        or (get_origin(part) in {list, dict} and _is_json(get_args(part)[-1]))
        for part in parts
    )


def _load_json(value: JSON, _: object) -> JSON:
    return value


def _is_loose(kind: Any) -> bool:
    """Return whether *kind* is a collection of anything."""
    args = get_args(kind)
    return (get_origin(kind) or kind) in _LOOSE and (not args or Any in args)


def _close(kind: Any) -> Any:
    """Return *kind* with `object` for anything, which is read as what it says."""
    shape: Any = get_origin(kind) or kind
    args = tuple(object if one is Any else one for one in get_args(kind))
    return shape[args or _LOOSE[shape]]


def _is_bound(kind: Any) -> bool:
    return isinstance(kind, TypeVar) and bool(kind.__bound__ or kind.__constraints__)


def _bound(kind: TypeVar) -> Any:
    return kind.__bound__ or Union[kind.__constraints__]  # noqa: UP007  # a tuple


def _is_plain(kind: object) -> bool:
    return kind is PlainRecord


def _load_plain(value: JSON, _: object) -> PlainRecord:
    found = values.load(value)
    if not isinstance(found, PlainRecord):
        msg = f"expected a record, got {shown(value)}"
        raise TypeError(msg)
    return found


def _is_record(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, Record)


def _load_record(value: JSON, model: type[Record]) -> Record:
    """Return the record in *value*, all fields of which fit."""
    found = load_record(value, model, Origin(None))
    held = value.get("$record") if isinstance(value, dict) else None
    sent = held if isinstance(held, dict) else {}
    for name, field in model.__sky_fields__.items():
        if field.wire in sent and not field.wire.startswith("_"):
            getattr(found, name)
    return found
