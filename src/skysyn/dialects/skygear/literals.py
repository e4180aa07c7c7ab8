"""Literals: values as they arrive at the server, read as the real one reads them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from skysyn.models import (
    JSON,
    Asset,
    GeoJSON,
    Location,
    RecordID,
    Sequence,
    Unknown,
)

from .refusals import refuse, unexpected
from .values import dump_date

if TYPE_CHECKING:
    from collections.abc import Callable

    from skysyn.errors import RemoteError

_RFC3339 = re.compile(
    r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)", re.ASCII
)


def load(value: JSON) -> object:
    """Return the typed value that a field's wire form *value* says.

    Lists and objects become JSON columns, where typed values do not survive; they are
    stored in the forms that the real server leaves of them.

    Raises:
        InvalidRequest: a `$type` object is unknown or incomplete.
    """
    match value:
        case dict() if "$type" in value:
            return _typed(value)
        case dict() | list():
            return flatten(value)
        case int() | float() if not isinstance(value, bool):
            return number(value)
        case str():
            return text(value)
        case _:
            return value


def flatten(value: JSON) -> JSON:
    """Return what a JSON column keeps of *value*."""
    match value:
        case dict() if "$type" in value:
            return _remains(_typed(value))
        case dict():
            return {text(key): flatten(item) for key, item in value.items()}
        case list():
            return [flatten(item) for item in value]
        case int() | float() if not isinstance(value, bool):
            return number(value)
        case str():
            return text(value)
        case _:
            return value


def text(value: str) -> str:
    """Return *value* with halves of surrogate pairs replaced, as Go does."""
    if value.isascii():
        return value
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def number(value: float) -> int | float:
    """Return *value* as the double it is on the server, whole ones as int."""
    try:
        double = float(value)
    except OverflowError:
        raise refuse(108, "a number is out of range") from None
    if double.is_integer() and abs(double) < 1e21:
        # the shortest digits that name the double, as Go prints it
        return int(double) if abs(double) < 2**53 else int(Decimal(repr(double)))
    return double


def _remains(value: object) -> JSON:
    match value:
        case datetime():
            return dump_date(value)
        case RecordID():
            return {"ID": str(value)}
        case Location():
            return [number(value.lng), number(value.lat)]
        case GeoJSON():
            return dict(value.geometry)
        case Asset():
            return {
                "Name": value.name,
                "ContentType": value.content_type or "",
                "Size": 0,
                "Public": False,
                "Signer": None,
            }
        case str():
            return value
        case _:
            return {}


def _typed(value: dict[str, JSON]) -> object:
    name = value["$type"]
    if not isinstance(name, str):
        msg = f'got "$type"\'s type = {_kind(name)}, want string'
        raise refuse(108, msg)
    reader = _READERS.get(name)
    if reader is None:
        raise refuse(108, f"unknown $type = {name}")
    return reader(value)


def _date(value: dict[str, JSON]) -> datetime:
    said = _compulsory(value, "$date")
    if not isinstance(said, str):
        msg = "$date"
        raise _mistyped(msg, said, "string")
    found = load_date(said)
    if found is None:
        raise refuse(108, f'failed to parse $date = "{said}"')
    return found


def load_date(said: str) -> datetime | None:
    """Return the instant that RFC 3339 text names, rounded to microseconds, or None."""
    found = _RFC3339.fullmatch(said)
    if found is None:
        return None
    day, time, fraction, zone = found.groups()
    try:
        at = datetime.fromisoformat(f"{day}T{time}{zone}").astimezone(UTC)
        micros = round(Decimal(f"0.{fraction or 0}") * 1_000_000)
        return at + timedelta(microseconds=micros)
    except (ValueError, OverflowError):
        return None


def _reference(value: dict[str, JSON]) -> RecordID:
    said = value.get("$id")
    if not isinstance(said, str):
        raise refuse(108, "referencing without $id")
    kind, slash, key = said.partition("/")
    if not slash:
        msg = f'ref: "_id" should be of format \'{{type}}/{{id}}\', got "{said}"'
        raise refuse(108, msg)
    return RecordID(text(kind), text(key))


def _asset(value: dict[str, JSON]) -> Asset:
    name = _compulsory(value, "$name")
    if not isinstance(name, str):
        msg = "$name"
        raise _mistyped(msg, name, "string")
    if not name:
        raise refuse(108, "asset's $name should not be empty")
    kind = value.get("$content_type")
    return Asset(text(name), kind if isinstance(kind, str) else None)


def _geo(value: dict[str, JSON]) -> Location:
    sides = [_compulsory(value, "$lng"), _compulsory(value, "$lat")]
    for key, side in zip(("$lng", "$lat"), sides, strict=True):
        if isinstance(side, bool) or not isinstance(side, (int, float)):
            raise _mistyped(key, side, "number")
    lng, lat = (number(side) for side in sides if isinstance(side, (int, float)))
    return Location(float(lng), float(lat))


def _geojson(value: dict[str, JSON]) -> GeoJSON:
    geometry = value.get("$val")
    if not isinstance(geometry, dict):
        raise refuse(108, "$val is not a map")
    return GeoJSON({text(key): flatten(item) for key, item in geometry.items()})


def _unknown(value: dict[str, JSON]) -> Unknown:
    kind = value.get("$underlying_type")
    return Unknown(kind if isinstance(kind, str) else None)


def _keypath(value: dict[str, JSON]) -> str:
    # a keypath means something in queries only; in a record it is a plain text
    said = value.get("$val")
    if not isinstance(said, str) or not said:
        raise refuse(108, "empty key path")
    return text(said)


def _blob(_: dict[str, JSON]) -> object:
    raise refuse(108, "unimplemented $type = blob")


def _unstorable(value: dict[str, JSON]) -> object:
    msg = f"a field cannot hold $type = {value['$type']}"
    raise unexpected(msg)


_READERS: dict[str, Callable[[dict[str, JSON]], object]] = {
    "date": _date,
    "ref": _reference,
    "asset": _asset,
    "geo": _geo,
    "geojson": _geojson,
    "seq": lambda _: Sequence(),
    "unknown": _unknown,
    "keypath": _keypath,
    "blob": _blob,
    "relation": _unstorable,
    "record": _unstorable,
}


def _compulsory(value: dict[str, JSON], key: str) -> JSON:
    if value.get(key) is None:
        raise refuse(108, f"missing compulsory field {key}")
    return value[key]


def _mistyped(key: str, value: JSON, wanted: str) -> RemoteError:
    return refuse(108, f"got type({key}) = {_kind(value)}, want {wanted}")


def _kind(value: JSON) -> str:
    """Return what the real server calls the type of *value*."""
    match value:
        case None:
            return "<nil>"
        case bool():
            return "bool"
        case int() | float():
            return "float64"
        case str():
            return "string"
        case list():
            return "[]interface {}"
        case dict():
            return "map[string]interface {}"
