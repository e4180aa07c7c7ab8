"""Shapes: which kinds of values stand where, in answers and in models."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from .narrowing import is_items, is_mapping

if TYPE_CHECKING:
    from collections.abc import Iterable

    from skysyn.models import Model

Shape = dict[str, set[str]]
"""The kinds of value that were seen at each path."""

_WIRE: dict[str, set[str]] = {
    "str": {"text"},
    "user": {"text"},
    "int": {"number"},
    "float": {"number"},
    "bool": {"true or false"},
    "datetime": {"date", "text"},
    "id": {"text"},
    "location": {"geo"},
    "geojson": {"geojson"},
    "asset": {"asset"},
    "sequence": {"number", "seq"},
    "unknown": {"unknown"},
    "ref": {"ref", "text"},
    "acl": {"list"},
    "enum": {"text", "number"},
}


def fingerprint(model: type[Model]) -> str:
    """Return a short text that changes when the fields of *model* do."""
    fields = {
        name: [field.wire, field.spec.kind, field.spec.nullable, str(field.spec)]
        for name, field in model.__sky_fields__.items()
    }
    text = json.dumps([model.__collection__, fields], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def declared(model: type[Model]) -> Shape:
    """Return the kinds of value that *model* declares, by the name on the wire."""
    found: Shape = {}
    for field in model.__sky_fields__.values():
        kinds = set(_WIRE.get(field.spec.kind, {"any"}))
        if field.spec.nullable or field.info.read_only:
            kinds.add("null")
        if field.spec.kind == "enum":
            kinds = _members(field.spec.python) | kinds & {"null"}
        found[field.wire] = kinds
    return found


def _members(enum: object) -> set[str]:
    values: list[object] = [member.value for member in enum]  # type: ignore[attr-defined]  # an Enum
    return {kind_of(value) for value in values}


def kind_of(value: object) -> str:
    """Return what kind of value of JSON *value* is; `$type` says more."""
    match value:
        case None:
            return "null"
        case bool():
            return "true or false"
        case int() | float():
            return "number"
        case str():
            return "text"
        case _ if is_mapping(value):
            marked = value.get("$type")
            return marked if isinstance(marked, str) else "object"
        case _:
            return "list" if is_items(value) else type(value).__name__


def of_records(records: Iterable[object]) -> Shape:
    """Return the kinds of value in the members of *records*."""
    found: Shape = {}
    for record in records:
        if is_mapping(record):
            for name, value in record.items():
                found.setdefault(name, set()).add(kind_of(value))
    return found


def of_value(value: object, path: str = "$") -> Shape:
    """Return the kinds of value at each path in *value*; items of lists are alike."""
    found: Shape = {path: {kind_of(value)}}
    inner: list[tuple[str, object]] = []
    if is_mapping(value):
        inner = [(f"{path}.{name}", item) for name, item in value.items()]
    elif is_items(value):
        inner = [(f"{path}[]", item) for item in value]
    for place, item in inner:
        for name, kinds in of_value(item, place).items():
            found.setdefault(name, set()).update(kinds)
    return found
