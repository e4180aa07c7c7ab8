"""GeoJSON geometries: which are well made, and whether a place lies inside one."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from collections.abc import Mapping

    from skysyn.models import JSON

Position = list[float]
_SHAPES: dict[str, Any] = {
    "Point": Position,
    "MultiPoint": list[Position],
    "LineString": list[Position],
    "MultiLineString": list[list[Position]],
    "Polygon": list[list[Position]],
    "MultiPolygon": list[list[list[Position]]],
}


def is_geometry(value: Mapping[str, JSON], depth: int = 0) -> bool:
    """Whether *value* is a GeoJSON geometry with coordinates of its kind."""
    kind = value.get("type")
    if kind == "GeometryCollection":
        parts = value.get("geometries")
        return (
            depth < 8
            and isinstance(parts, list)
            and all(isinstance(p, dict) and is_geometry(p, depth + 1) for p in parts)
        )
    shape = _SHAPES.get(kind) if isinstance(kind, str) else None
    if shape is None:
        return False
    try:
        msgspec.convert(value.get("coordinates"), shape)
    except msgspec.ValidationError:
        return False
    return _has_positions(value["coordinates"])


def _has_positions(value: JSON) -> bool:
    """Whether every innermost list holds two to four numbers."""
    if not isinstance(value, list) or not value:
        return False
    if isinstance(value[0], list):
        return all(_has_positions(item) for item in value)
    return 2 <= len(value) <= 4


def covers(geometry: dict[str, Any], place: tuple[float, float]) -> bool:
    """Whether *place* lies inside *geometry*; its border is not inside."""
    kind: str = geometry["type"]
    points: Any = geometry.get("coordinates")
    match kind:
        case "Polygon":
            return _in_polygon(points, place)
        case "MultiPolygon":
            return any(_in_polygon(polygon, place) for polygon in points)
        case "Point":
            return tuple(points[:2]) == place
        case "MultiPoint":
            return any(tuple(point[:2]) == place for point in points)
        case "GeometryCollection":
            return any(covers(part, place) for part in geometry["geometries"])
        case "LineString":
            return _inside_line(points, place)
        case _:
            return any(_inside_line(line, place) for line in points)


def _in_polygon(rings: list[list[Position]], place: tuple[float, float]) -> bool:
    if any(_on_line(ring, place) for ring in rings):
        return False
    return (
        bool(rings)
        and _in_ring(rings[0], place)
        and not any(_in_ring(hole, place) for hole in rings[1:])
    )


def _in_ring(ring: list[Position], place: tuple[float, float]) -> bool:
    """Count the sides that a ray to the right of *place* crosses."""
    x, y = place
    inside = False
    for (x1, y1, *_), (x2, y2, *_) in zip(ring, [*ring[1:], ring[0]], strict=True):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            inside = not inside
    return inside


def _inside_line(line: list[Position], place: tuple[float, float]) -> bool:
    ends = {tuple(line[0][:2]), tuple(line[-1][:2])}
    return _on_line(line, place) and (len(ends) == 1 or place not in ends)


def _on_line(line: list[Position], place: tuple[float, float]) -> bool:
    x, y = place
    for (x1, y1, *_), (x2, y2, *_) in pairwise(line):
        cross = (x2 - x1) * (y - y1) - (y2 - y1) * (x - x1)
        if (
            cross == 0
            and min(x1, x2) <= x <= max(x1, x2)
            and (min(y1, y2) <= y <= max(y1, y2))
        ):
            return True
    return False
