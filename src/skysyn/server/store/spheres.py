"""Spheres: places, areas and the metres between them, in SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import Boolean, ColumnElement, cast, func, literal

from . import system
from .kinds import dump

if TYPE_CHECKING:
    from skysyn.models import GeoJSON, Location


def metres(column: ColumnElement[Any], place: Location) -> ColumnElement[Any]:
    """Return the metres between a place in a column and another, on a sphere."""
    return func.sky_distance(column, place.lng, place.lat)


def near(
    column: ColumnElement[Any], place: Location, limit: float, *, is_sqlite: bool
) -> ColumnElement[bool]:
    """Return the condition that a place is at most *limit* metres from another.

    With PostGIS that is measured on the spheroid, as the original did.
    """
    if is_sqlite:
        return metres(column, place) <= limit
    return func.sky_near(column, place.lng, place.lat, limit, type_=Boolean)


def within(
    point: ColumnElement[Any], area: ColumnElement[Any], *, is_sqlite: bool
) -> ColumnElement[bool]:
    """Return the condition that a place lies in an area."""
    if not is_sqlite:
        return func.sky_within(point, area, type_=Boolean)
    return func.sky_within(point, area) == 1


def constant(value: Location | GeoJSON, *, is_sqlite: bool) -> ColumnElement[Any]:
    """Return a place or an area as columns hold them."""
    text = literal(msgspec.json.encode(dump(value), order="sorted").decode())
    if is_sqlite:
        return text
    return cast(text, system.auth.c.provider_info.type)
