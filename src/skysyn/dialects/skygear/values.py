"""Values as Skygear writes them: `$type` objects for what JSON has no form for."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import Enum
from functools import partial
from typing import TYPE_CHECKING, Any, cast

import cattrs
import msgspec

from skysyn.errors import ConversionError
from skysyn.models import (
    ACL,
    JSON,
    Asset,
    GeoJSON,
    Location,
    RecordID,
    Reference,
    Sequence,
    Unknown,
    in_utc,
    is_list,
    is_object,
)

from . import access

if TYPE_CHECKING:
    from collections.abc import Callable


class _Typed(msgspec.Struct, gc=False, tag_field="$type"):
    """A `$type` object; msgspec reads it in C."""


class DateWire(_Typed, tag="date"):
    """`{"$type": "date", "$date": RFC 3339 with zone}`."""

    date: datetime = msgspec.field(name="$date")


class RefWire(_Typed, tag="ref"):
    """`{"$type": "ref", "$id": "type/key"}`."""

    id: str = msgspec.field(name="$id")


class GeoWire(_Typed, tag="geo"):
    """`{"$type": "geo", "$lng": degrees, "$lat": degrees}`."""

    lng: float = msgspec.field(name="$lng")
    lat: float = msgspec.field(name="$lat")


class GeoJSONWire(_Typed, tag="geojson"):
    """`{"$type": "geojson", "$val": geometry}`."""

    val: dict[str, Any] = msgspec.field(name="$val")


class AssetWire(_Typed, tag="asset"):
    """`{"$type": "asset", "$name": …, "$content_type": …, "$url": …}`."""

    name: str = msgspec.field(name="$name")
    content_type: str | None = msgspec.field(name="$content_type", default=None)
    url: str | None = msgspec.field(name="$url", default=None)


class SequenceWire(_Typed, tag="seq"):
    """`{"$type": "seq"}`."""


class UnknownWire(_Typed, tag="unknown"):
    """`{"$type": "unknown", "$underlying_type": …}`."""

    underlying_type: str | None = msgspec.field(name="$underlying_type", default=None)


Wire = (
    DateWire | RefWire | GeoWire | GeoJSONWire | AssetWire | SequenceWire | UnknownWire
)


def dump_date(value: datetime) -> str:
    """Return *value* as the server prints it: UTC, `Z`, no trailing zeros."""
    text = value.astimezone(UTC).replace(tzinfo=None).isoformat()
    if "." in text:
        text = text.rstrip("0")
    return f"{text}Z"


def load_date(text: str) -> datetime:
    """Return the instant that RFC 3339 *text* names, in UTC.

    Raises:
        ConversionError: it is no date, or has no time zone.
    """
    try:
        value = datetime.fromisoformat(text)
    except ValueError as error:
        msg = f"{text!r} is not an RFC 3339 date with time and zone"
        raise ConversionError(msg, value=text) from error
    if value.tzinfo is None:
        msg = f"{text!r} has no time zone; RFC 3339 ends in Z or an offset"
        raise ConversionError(msg, value=text)
    return value.astimezone(UTC)


def _dump_geo(value: Location) -> JSON:
    return {"$type": "geo", "$lng": value.lng, "$lat": value.lat}


def _dump_geojson(value: GeoJSON) -> JSON:
    return {"$type": "geojson", "$val": dict(value.geometry)}


def _dump_asset(value: Asset) -> JSON:
    dumped: dict[str, JSON] = {"$type": "asset", "$name": value.name}
    if value.content_type is not None:
        dumped["$content_type"] = value.content_type
    return dumped


def _dump_unknown(value: Unknown) -> JSON:
    dumped: dict[str, JSON] = {"$type": "unknown"}
    if value.underlying_type is not None:
        dumped["$underlying_type"] = value.underlying_type
    return dumped


def check_keys(value: object, path: str = "$") -> None:
    """Raise ConversionError if an object in *value* has the key `$type`."""
    match value:
        case _ if is_object(value):
            if "$type" in value:
                msg = (
                    f"the object at {path} has the key '$type', which the server "
                    "takes for a value of its own: rename it"
                )
                raise ConversionError(msg, path=path, value=value)
            for key, item in value.items():
                check_keys(item, f"{path}.{key}")
        case _ if is_list(value):
            for index, item in enumerate(value):
                check_keys(item, f"{path}[{index}]")
        case _:
            return


def _dump_mapping(made: cattrs.Converter, value: dict[str, Any]) -> JSON:
    if "$type" in value:
        check_keys(value)
    return {key: made.unstructure(item) for key, item in value.items()}


def new_converter() -> cattrs.Converter:
    """Return a converter that says how each type of value is written."""
    made = cattrs.Converter()
    hooks: dict[Any, Callable[[Any], Any]] = {
        datetime: lambda v: {"$type": "date", "$date": dump_date(in_utc(v))},
        Reference: lambda v: {"$type": "ref", "$id": str(v)},
        RecordID: lambda v: {"$type": "ref", "$id": str(v)},
        Location: _dump_geo,
        GeoJSON: _dump_geojson,
        Asset: _dump_asset,
        Sequence: lambda _: {"$type": "seq"},
        Unknown: _dump_unknown,
        ACL: access.dump,
        Enum: lambda v: v.value,
        dict: partial(_dump_mapping, made),
        list: lambda v: [made.unstructure(item) for item in v],
    }
    for kind, hook in hooks.items():
        # by a function: by class, cattrs would resolve the annotations of ours
        made.register_unstructure_hook_func(partial(_is_a, kind), hook)
    return made


def _is_a(kind: type, found: Any) -> bool:
    return isinstance(found, type) and issubclass(found, kind)


_CONVERTER = new_converter()


def dump(value: object) -> JSON:
    """Return *value* in its wire form.

    Raises:
        ConversionError: a JSON object holds the key `$type`.
    """
    return cast("JSON", _CONVERTER.unstructure(value))


def load(value: JSON) -> object:
    """Return the typed value that *value* is the wire form of.

    Raises:
        ConversionError: a `$type` object is of an unknown type or incomplete.
    """
    if isinstance(value, list):
        return [load(item) for item in value]
    if not isinstance(value, dict):
        return value
    if "$type" not in value:
        return {key: load(item) for key, item in value.items()}
    try:
        return lift(msgspec.convert(value, Wire))
    except msgspec.ValidationError as error:
        msg = f"not a value of Skygear's: {error}"
        raise ConversionError(msg, value=value) from error


def lift(wire: Wire) -> object:  # noqa: C901  # a case each
    """Return the typed value of a decoded `$type` object."""
    match wire:
        case DateWire():
            if wire.date.tzinfo is None:
                msg = f"{wire.date.isoformat()!r} has no time zone"
                raise ConversionError(msg, value=wire.date)
            return wire.date.astimezone(UTC)
        case RefWire():
            return RecordID.parse(wire.id)
        case GeoWire():
            return Location(wire.lng, wire.lat)
        case GeoJSONWire():
            return GeoJSON(wire.val)
        case AssetWire():
            return Asset(wire.name, wire.content_type, wire.url)
        case SequenceWire():
            return Sequence()
        case UnknownWire():
            return Unknown(wire.underlying_type)
