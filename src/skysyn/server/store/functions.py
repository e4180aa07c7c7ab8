"""Functions that SQLite lacks and PostgreSQL has: they are registered with it."""

from __future__ import annotations

import math
import unicodedata
from typing import TYPE_CHECKING

import msgspec

from .geometry import covers
from .texts import matches

if TYPE_CHECKING:
    import sqlite3

    from skysyn.models import JSON

EARTH = 6371008.7714150598
"""The mean radius of the earth in metres, as PostGIS has it."""


def register(connection: sqlite3.Connection) -> None:
    """Make the functions and the collation known to *connection*."""
    make = connection.create_function
    make("sky_fold", 1, fold, deterministic=True)
    make("sky_contains", 2, contains, deterministic=True)
    make("sky_distance", 3, distance, deterministic=True)
    make("sky_within", 2, within, deterministic=True)
    make("sky_order", 1, json_order, deterministic=True)
    make("sky_has", 2, has, deterministic=True)
    make("sky_matches", 2, matches, deterministic=True)
    connection.create_collation("sky_text", compare)


def fold(value: str | None) -> str | None:
    """Return *value* in lower case, in any alphabet."""
    return value.lower() if isinstance(value, str) else value


def contains(column: str | None, item: str | None) -> bool | None:
    """Whether the list has *item* as an element, or the object as a key."""
    if column is None or item is None:
        return None
    value: JSON = msgspec.json.decode(column)
    return isinstance(value, (list, dict)) and item in value


def has(column: str | None, item: str) -> bool | None:
    """Whether the list has *item* as an element, or the object as a key, in any case.

    Elements that are no text are compared as JSON writes them.
    """
    if column is None:
        return None
    value: JSON = msgspec.json.decode(column)
    held = list(value) if isinstance(value, (list, dict)) else []
    texts = (x if isinstance(x, str) else msgspec.json.encode(x).decode() for x in held)
    return item.lower() in (text.lower() for text in texts)


def distance(column: str | None, lng: float, lat: float) -> float | None:
    """Return the metres between a stored place and another, on a sphere."""
    if column is None:
        return None
    there = msgspec.json.decode(column, type=tuple[float, float])
    there_lng, there_lat, here_lng, here_lat = map(math.radians, (*there, lng, lat))
    half = (
        math.sin((here_lat - there_lat) / 2) ** 2
        + math.cos(there_lat)
        * math.cos(here_lat)
        * math.sin((here_lng - there_lng) / 2) ** 2
    )
    return round(2 * EARTH * math.asin(math.sqrt(min(1.0, half))), 8)


def within(point: str | None, area: str | None) -> bool | None:
    """Whether the stored place lies inside the stored geometry."""
    if point is None or area is None:
        return None
    place = msgspec.json.decode(point, type=tuple[float, float])
    return covers(msgspec.json.decode(area), place)


def json_order(column: str | None) -> str | None:
    """Return a text that sorts as PostgreSQL sorts JSON: by kind, size, content."""
    if column is None:
        return None
    value: JSON = msgspec.json.decode(column)
    size = len(value) if isinstance(value, (list, dict)) else 0
    return f"{isinstance(value, dict):d}{size:012d}{column}"


def compare(left: str, right: str) -> int:
    """Compare texts as a dictionary does: letters first, then accents, then case."""
    if left == right:
        return 0
    one, two = _weight(left), _weight(right)
    return (one > two) - (one < two)


def _weight(value: str) -> tuple[str, str, str, str]:
    folded = value.casefold()
    if value.isascii():
        return folded, folded, value.swapcase(), value
    parts = unicodedata.normalize("NFKD", folded)
    letters = "".join(part for part in parts if not unicodedata.combining(part))
    return letters, parts, value.swapcase(), value
