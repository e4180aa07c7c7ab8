"""Wording: what values and types are called where people read of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_origin

if TYPE_CHECKING:
    from skysyn.models import JSON

NAMES: dict[type, str] = {
    str: "text",
    int: "int",
    float: "float",
    bool: "bool",
    type(None): "null",
    list: "a list",
    dict: "an object",
}


def name_of(wanted: Any) -> str:
    """Return what *wanted* is called where it is written."""
    if isinstance(wanted, type) and get_origin(wanted) is None:
        return str(wanted.__qualname__)
    return repr(wanted).replace("typing.", "")


def shown(value: JSON) -> str:
    """Return what *value* is, in words for people."""
    match value:
        case {"$type": "record", "$record": {"_id": str(key)}}:
            return f"the record {key}"
        case {"$type": "ref", "$id": str(key)}:
            return f"the reference {key}"
        case {"$type": str(kind)}:
            return f"a value of {kind!r}"
        case _:
            return NAMES[type(value)]
