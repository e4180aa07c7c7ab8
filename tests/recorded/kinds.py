"""Kinds: which type of field holds a recorded value, and the value in Python."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from skysyn import JSON, Asset, GeoJSON, Location, Sequence, Unknown

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from skysyn import Record

PLAIN: dict[str, Any] = {
    "bool": bool,
    "int": int,
    "float": float,
    "str": str,
    "list": list[JSON],
    "dict": dict[str, JSON],
}
"""The kinds that JSON has itself, with their annotations."""

_TYPED: dict[str, Any] = {
    "datetime": datetime,
    "geo": Location,
    "geojson": GeoJSON,
    "asset": Asset,
    "unknown": Unknown,
}


def kind(value: JSON) -> str | None:
    """Return the kind of *value*, None for null; what is malformed is a `dict`."""
    match value:
        case None:
            return None
        case dict():
            return _typed(value)
        case _:
            return type(value).__name__


def _typed(value: dict[str, JSON]) -> str:
    match value:
        case {"$type": "date", "$date": str(text)}:
            return "dict" if _instant(text) is None else "datetime"
        case {"$type": "ref", "$id": str(text)} if "/" in text:
            return f"ref {text.partition('/')[0]}"
        case {"$type": "geo", "$lng": int() | float(), "$lat": int() | float()}:
            return "geo"
        case {"$type": "geojson", "$val": dict()}:
            return "geojson"
        case {"$type": "asset", "$name": str()}:
            return "asset"
        case {"$type": "seq" | "unknown" as name}:
            return name
        case _:
            return "dict"


def _instant(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def annotation(kinds: Collection[str]) -> Any:
    """Return the T of the `Field[T]` that holds values of all *kinds*, or null."""
    found = set(kinds)
    if not found or found >= {"list", "dict"}:
        return JSON
    if found <= {"seq", "int"} and "seq" in found:
        return int | Sequence | None
    if found == {"int", "float"}:
        return float | None
    if found <= set(PLAIN):
        union = None
        for name in sorted(found):
            union = PLAIN[name] | union
        return union
    return _TYPED[next(name for name in sorted(found) if name in _TYPED)] | None


def python(value: JSON, models: Mapping[str, type[Record]]) -> Any:
    """Return *value* as a user would write it, inside lists and objects too."""
    match value:
        case list():
            return [python(item, models) for item in value]
        case dict():
            return _python(value, models)
        case _:
            return value


def _python(value: dict[str, JSON], models: Mapping[str, type[Record]]) -> Any:
    found: Any = value  # of a known shape from here on
    match _typed(value).partition(" "):
        case "datetime", _, _:
            return _instant(found["$date"])
        case "ref", _, target:
            return models[target].ref(found["$id"].partition("/")[2])
        case "geo", _, _:
            return Location(found["$lng"], found["$lat"])
        case "geojson", _, _:
            return GeoJSON(found["$val"])
        case "asset", _, _:
            return Asset(found["$name"], found.get("$content_type"))
        case "seq", _, _:
            return Sequence()
        case "unknown", _, _:
            return Unknown(found.get("$underlying_type"))
        case _:
            return {name: python(item, models) for name, item in value.items()}
