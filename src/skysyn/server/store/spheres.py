"""Spheres: places, areas and the metres between them, in SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import Boolean, ColumnElement, Double, case, cast, func, literal

from . import system
from .functions import EARTH
from .kinds import dump

if TYPE_CHECKING:
    from skysyn.models import GeoJSON, Location


def metres(
    column: ColumnElement[Any], place: Location, *, is_sqlite: bool
) -> ColumnElement[Any]:
    """Return the metres between a place in a column and another."""
    if is_sqlite:
        return func.sky_distance(column, place.lng, place.lat)
    return _great_circle(column, place)


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


def _great_circle(column: ColumnElement[Any], place: Location) -> ColumnElement[Any]:
    lng, lat = (func.radians(cast(column.op("->>")(i), Double)) for i in (0, 1))
    here_lng, here_lat = func.radians(place.lng), func.radians(place.lat)
    half = func.power(func.sin((here_lat - lat) / 2), 2) + func.cos(lat) * func.cos(
        here_lat
    ) * func.power(func.sin((here_lng - lng) / 2), 2)
    return 2 * EARTH * func.asin(func.sqrt(case((half > 1, 1.0), else_=half)))
