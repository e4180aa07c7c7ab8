"""Lifts: functions made for a model's fields that decode a row and hand it out.

msgspec decodes the bytes into a struct made for these fields, and generated code moves
its values to where they belong: nothing is looked up or decided field by field.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias, Union, cast

import msgspec

from skysyn.errors import ConversionError
from skysyn.models import (
    Asset,
    GeoJSON,
    Location,
    Model,
    RecordID,
    Reference,
    Unknown,
    open_member,
)

from . import access
from .values import AssetWire, DateWire, GeoJSONWire, GeoWire, RefWire, UnknownWire

if TYPE_CHECKING:
    from collections.abc import Mapping
    from enum import Enum

    from skysyn.models import Backend, Field

UNSET = msgspec.UNSET

Transient: TypeAlias = msgspec.Raw | msgspec.UnsetType
"""The JSON object of the records that came along with a row."""

Lift: TypeAlias = Callable[[Any, bytes, "Backend | None"], Transient]
"""Sets in its first argument what the row holds; returns what came along."""

_WIRE_TYPES: dict[str, Any] = {
    "str": str,
    "user": str,
    "id": str,
    "int": int,
    "float": float,
    "bool": bool,
    "sequence": int,
    "datetime": DateWire,
    "ref": RefWire,
    "location": GeoWire,
    "geojson": GeoJSONWire,
    "asset": AssetWire,
    "unknown": UnknownWire,
    "acl": list[access.Entry],
}
# what generated code does with a value `v` that is there; ids of the expected type,
# which are nearly all, are cut off without a call
_VALUES: dict[str, str] = {
    "id": "RecordID({kind!r}, v[{cut}:]) if v[:{cut}] == {prefix!r} != v else parse(v)",
    "datetime": "v.date if v.date.tzinfo is UTC else zoned(v.date)",
    "ref": (
        "Reference({to}, v.id[{cut}:], backend) "
        "if v.id[:{cut}] == {prefix!r} != v.id else refuse({to}, v.id)"
    ),
    "location": "Location(v.lng, v.lat)",
    "geojson": "GeoJSON(v.val)",
    "asset": "Asset(v.name, v.content_type, v.url)",
    "unknown": "Unknown(v.underlying_type)",
    "enum": "member({to}, v)",
    "acl": "acl(v)",
}
_METADATA_DATE = "v if v.tzinfo is UTC else zoned(v)"


def zoned(value: datetime) -> datetime:
    """Return a decoded date in UTC."""
    if value.tzinfo is None:
        msg = f"{value.isoformat()!r} has no time zone"
        raise ConversionError(msg, value=value)
    return value.astimezone(UTC)


def refuse(model: type[Model], text: str) -> Reference[Model]:
    """Raise ConversionError: *text* names no record of *model*."""
    msg = f"{text!r} is no reference to {model.__name__} ({model.__collection__}/…)"
    raise ConversionError(msg, value=text)


_NAMES: dict[str, Any] = {
    "UNSET": UNSET,
    "UTC": UTC,
    "RecordID": RecordID,
    "Reference": Reference,
    "Location": Location,
    "GeoJSON": GeoJSON,
    "Asset": Asset,
    "Unknown": Unknown,
    "zoned": zoned,
    "parse": RecordID.parse,
    "refuse": refuse,
    "member": open_member,
    "acl": access.lift,
}


class Lifts:
    """The lifts for some fields of a model whose records are in *collection*."""

    def __init__(self, collection: str, fields: Mapping[str, Field[Any]]) -> None:
        self._collection = collection
        self._fields = fields

    @cached_property
    def into_instance(self) -> Lift:
        """Sets every field as an attribute."""
        return _make(self._collection, self._fields, "o.{name}")

    @cached_property
    def into_dict(self) -> Lift:
        """Sets every field as an item."""
        return _make(self._collection, self._fields, "o[{name!r}]")

    @cached_property
    def singly(self) -> Mapping[str, Lift]:
        """For each field the lift that sets this one as an item."""
        return {
            name: Lifts(self._collection, {name: field}).into_dict
            for name, field in self._fields.items()
        }


def _make(collection: str, fields: Mapping[str, Field[Any]], place: str) -> Lift:
    names = dict(_NAMES)
    names["decode"] = msgspec.json.Decoder(_struct(fields)).decode
    lines = ["def lift(o, wire, backend):", "    w = decode(wire)"]
    for index, (name, field) in enumerate(fields.items()):
        value = _value(index, field, collection, names)
        lines += _move(index, place.format(name=name), value, field.spec.nullable)
    source = "\n".join([*lines, "    return w.transient"])
    exec(compile(source, "<skysyn lift>", "exec"), names)  # noqa: S102  # our own text
    return cast("Lift", names["lift"])


def _struct(fields: Mapping[str, Field[Any]]) -> type[msgspec.Struct]:
    members: list[tuple[str, Any, Any]] = []
    for index, field in enumerate(fields.values()):
        kind, absent = _wire_type(field), None if field.spec.nullable else UNSET
        optional = kind if kind is Any else kind | type(absent)
        default = msgspec.field(name=field.wire, default=absent)
        members.append((f"f{index}", optional, default))
    sent_along = msgspec.field(name="_transient", default=UNSET)
    members.append(("transient", Transient, sent_along))
    return msgspec.defstruct("Row", members, gc=False)


def _wire_type(field: Field[Any]) -> Any:
    """Return what the field's value is on the wire, without null."""
    spec = field.spec
    if _is_metadata_date(field):
        return datetime
    if spec.kind == "enum":
        members = cast("type[Enum]", spec.python)
        kinds: set[type[object]] = {type(member.value) for member in members}
        return Union[tuple(kinds)]  # noqa: UP007  # a tuple of types
    return _WIRE_TYPES.get(spec.kind, spec.data)


def _is_metadata_date(field: Field[Any]) -> bool:
    """Whether the date is bare text, as those that the server sets are."""
    return field.spec.kind == "datetime" and field.wire.startswith("_")


def _value(
    index: int, field: Field[Any], collection: str, names: dict[str, Any]
) -> str | None:
    """Return the expression that lifts `v`, None if it is its value already.

    The class it needs goes into *names*.
    """
    if _is_metadata_date(field):
        return _METADATA_DATE
    to, kind = f"to{index}", collection
    if field.spec.kind == "ref":
        names[to] = target = field.spec.target()
        kind = target.__collection__
    elif field.spec.kind == "enum":
        names[to] = field.spec.python
    text = _VALUES.get(field.spec.kind)
    prefix = f"{kind}/"
    return text and text.format(to=to, kind=kind, prefix=prefix, cut=len(prefix))


def _move(index: int, place: str, value: str | None, nullable: bool) -> list[str]:
    """Return the lines that move field number *index* to *place*."""
    if nullable and value is None:
        return [f"    {place} = w.f{index}"]
    if nullable:
        return [
            f"    v = w.f{index}",
            f"    {place} = None if v is None else {value}",
        ]
    return [
        f"    v = w.f{index}",
        f"    if v is not UNSET: {place} = {value or 'v'}",
    ]
