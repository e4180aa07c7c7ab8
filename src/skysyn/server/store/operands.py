"""Operands: fields and values of predicates as SQL, as PostgreSQL compares them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import attrs
from sqlalchemy import ColumnElement, func

from skysyn.dialects.skygear.literals import load_date
from skysyn.dialects.skygear.refusals import unexpected
from skysyn.models import Asset, GeoJSON, Location, RecordID

from .kinds import Kind, dump

if TYPE_CHECKING:
    from skysyn.errors import RemoteError

KEY = Kind("key")
_GROUPS = {
    "string": "text",
    "citext": "text",
    "ref": "text",
    "asset": "text",
    "key": "text",
    "number": "number",
    "integer": "number",
    "sequence": "number",
}
_TRUE = {"t", "tr", "tru", "true", "y", "ye", "yes", "on", "1"}
_FALSE = {"f", "fa", "fal", "fals", "false", "n", "no", "of", "off", "0"}


@attrs.frozen(eq=False)
class Field:
    """A column, or a number computed from one, and its kind."""

    column: ColumnElement[Any]
    kind: Kind

    @property
    def group(self) -> str:
        """What the column can be compared with: columns of the same group."""
        return _GROUPS.get(self.kind.name, self.kind.name)


def coerce(value: object, field: Field) -> object:
    """Return *value* as the column of *field* holds such values.

    Raises:
        Unavailable: PostgreSQL could not read it as one.
    """
    match field.group:
        case "number":
            found: object = _as_number(value)
        case "text":
            found = _as_text(value)
        case "boolean":
            found = _as_boolean(value)
        case "datetime":
            found = load_date(value) if isinstance(value, str) else value
            found = found if isinstance(found, datetime) else None
        case "location":
            found = dump(value) if isinstance(value, Location) else None
        case "geometry":
            found = dump(value) if isinstance(value, GeoJSON) else None
        case _:
            found = None
    if found is None:
        raise incomparable(field.kind)
    return found


def incomparable(kind: Kind) -> RemoteError:
    """Return the refusal to compare a column of *kind* with something else."""
    return unexpected(f"a {kind} field cannot be compared with that")


def _as_number(value: object) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, float)):
        return value
    try:
        return float(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _as_text(value: object) -> str | None:
    match value:
        case str():
            return None if "\0" in value else value
        case bool():
            return "true" if value else "false"
        case int() | float():
            return f"{value:g}" if isinstance(value, float) else str(value)
        case RecordID():
            return value.key
        case Asset():
            return value.name
        case _:
            return None


def _as_boolean(value: object) -> bool | None:
    if isinstance(value, bool):
        return value
    word = value.strip().lower() if isinstance(value, str) else ""
    if word in _TRUE or word in _FALSE:
        return word in _TRUE
    return None


def ordered(field: Field, *, is_sqlite: bool) -> ColumnElement[Any]:
    """Return the column so that `<` and ORDER BY go by the order of a dictionary."""
    if field.kind == KEY:
        return field.column  # keys go by code points, for which there is an index
    if field.group == "text":
        return field.column.collate("sky_text")
    if field.kind.name in {"json", "location", "geometry"} and is_sqlite:
        return func.sky_order(field.column)
    return field.column


def folded(column: ColumnElement[Any], *, is_sqlite: bool) -> ColumnElement[Any]:
    """Return a text column in lower case."""
    return func.sky_fold(column) if is_sqlite else func.lower(column)
