"""Rows: a record's wire bytes to typed values.

This way of loading was chosen by `benchmarks/load.py`: a record stays as its bytes
until a field of it is read; then all its fields are set at once.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Union, cast

import msgspec

from skysyn.errors import ConversionError
from skysyn.models import (
    JSON,
    UNFIT,
    Asset,
    GeoJSON,
    Lifts,
    Location,
    Model,
    RecordID,
    Reference,
    Unknown,
    Wiring,
    is_reference,
    open_member,
)

from . import access
from .values import AssetWire, DateWire, GeoJSONWire, GeoWire, RefWire, UnknownWire

if TYPE_CHECKING:
    from collections.abc import Mapping
    from enum import Enum

    from skysyn.models import Field, Origin


class Head(msgspec.Struct, gc=False):
    """What every row and error entry opens with."""

    id: str | None = msgspec.field(name="_id", default=None)
    type: str | None = msgspec.field(name="_type", default=None)


_heads = msgspec.json.Decoder(Head)
_records = msgspec.json.Decoder(dict[str, msgspec.Raw])


def head(wire: bytes) -> Head:
    """Return the id and kind of one entry."""
    return _heads.decode(wire)


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
    try:
        return value.astimezone(UTC)
    except OverflowError as error:
        msg = f"{value.isoformat()!r} is outside the calendar in UTC"
        raise ConversionError(msg, value=value) from error


def refuse(model: type[Model], text: str) -> Reference[Model]:
    """Raise ConversionError: *text* names no record of *model*."""
    msg = f"{text!r} is no reference to {model.__name__} ({model.__collection__}/…)"
    raise ConversionError(msg, value=text)


_NAMES: dict[str, Any] = {
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


def _value(collection: str, field: Field[Any]) -> str | None:
    """Return the expression that lifts `v`, None if it is the value already."""
    if _is_metadata_date(field):
        return _METADATA_DATE
    text, kind = _VALUES.get(field.spec.kind), collection
    if field.spec.kind == "ref":
        kind = field.spec.target().__collection__
    prefix = f"{kind}/"
    return text and text.format(to="{to}", kind=kind, prefix=prefix, cut=len(prefix))


class RowCodec:
    """Moves the rows of one model between wire bytes and instances."""

    def __init__(self, model: type[Model]) -> None:
        self._model = model
        self._fields = model.__sky_fields__
        self._names = {f.wire: n for n, f in self._fields.items()}
        value = partial(_value, model.__collection__)
        wiring = Wiring(_wire_type, value, _NAMES, beside="_transient")
        self._lifts = Lifts(self._fields, wiring)
        self._lifts_of: dict[frozenset[str], Lifts] = {}

    def fill(self, instance: Model, wire: bytes) -> None:
        """Set every field that *wire* holds; leave out what does not convert."""
        origin = instance.__sky_origin__
        backend = None if origin is None else origin.backend
        transient = self._asked(origin).fill(instance, wire, backend)
        if transient is not msgspec.UNSET and origin is not None:
            self._attach(instance, transient, origin)

    def _asked(self, origin: Origin | None) -> Lifts:
        """Return the lifts of the fields that were asked for; others stay unknown."""
        if origin is None or origin.only is None:
            return self._lifts
        only = origin.only
        if only not in self._lifts_of:
            self._lifts_of[only] = self._lifts.only(
                lambda field: field.wire in only or field.wire.startswith("_")
            )
        return self._lifts_of[only]

    def _attach(self, instance: Model, transient: msgspec.Raw, origin: Origin) -> None:
        """Hand the records that came along to the references that lead to them."""
        try:
            records = _records.decode(transient)
        except msgspec.MsgspecError:
            return
        for name, raw in records.items():
            field = self._names.get(origin.includes.get(name, ""))
            held = instance.__dict__.get(field) if field is not None else None
            if is_reference(held) and bytes(raw) != b"null":
                held.target = held.model.__sky_make__(bytes(raw), origin.bare())

    def explain(self, instance: Model, wire: bytes, name: str) -> Exception:
        """Return the error that says why field *name* was left out."""
        model, field = type(instance).__name__, self._fields[name]
        record, path = None, f"$.{field.wire}"
        try:
            record = head(wire).id
            self._lifts.value(wire, name)
            detail = (
                f"the service has no value, but the field is declared {field.spec}: "
                f"declare it `{field.spec} | None`"
            )
        except UNFIT as error:
            detail = f"the service's value does not fit {field.spec}: {error}"
            path = _path(error) or path
        msg = f"{model}.{name} of {record}: {detail}"
        return ConversionError(msg, model=model, field=name, path=path, record=record)

    def values(self, instance: Model, wire: bytes) -> Mapping[str, object]:
        """Return fresh values of every field that *wire* holds, by name."""
        return self._asked(instance.__sky_origin__).values(wire)

    def extra(self, wire: bytes) -> Mapping[str, JSON]:
        """Return the fields in *wire* that the model does not declare."""
        try:
            row = msgspec.json.decode(wire, type=dict[str, Any])
        except UNFIT as error:
            raise self._unreadable(error) from error
        return {
            key: value
            for key, value in row.items()
            if key not in self._names and not key.startswith("_")
        }

    def key(self, wire: bytes) -> str:
        """Return the key of the record in *wire*."""
        try:
            return RecordID.parse(head(wire).id or "").key
        except UNFIT as error:
            raise self._unreadable(error) from error

    def _unreadable(self, error: Exception) -> ConversionError:
        model = self._model.__name__
        msg = f"the service sent a {model} that is no record: {error}"
        return ConversionError(msg, model=model)


def _path(error: Exception) -> str | None:
    """Return the `$…` path at the end of msgspec's message."""
    found = re.search(r"at `(\$.*)`$", str(error))
    return found and found[1]
