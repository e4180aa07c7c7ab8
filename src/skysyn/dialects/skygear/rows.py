"""Rows: a record's wire bytes to typed values, and what a save sends.

The loading path was chosen by `benchmarks/load.py`: a record stays as its bytes until
a field of it is read; then msgspec decodes them into a struct made for the model, and
generated code moves the values into the instance at once.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

import msgspec

from skysyn.errors import ConversionError
from skysyn.models import (
    JSON,
    Asset,
    GeoJSON,
    Location,
    Model,
    RecordID,
    Reference,
    Spec,
    Unknown,
    is_reference,
    open_member,
)

from . import access
from .values import AssetWire, DateWire, GeoJSONWire, GeoWire, RefWire, UnknownWire

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from enum import Enum

    from skysyn.models import Field, Origin

UNSET = msgspec.UNSET


class Head(msgspec.Struct, gc=False):
    """What every row and error entry opens with."""

    id: str | None = msgspec.field(name="_id", default=None)
    type: str | None = msgspec.field(name="_type", default=None)


_heads = msgspec.json.Decoder(Head)


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
# what the generated code does with a value `v` that is there, to leave it in `x`
_LIFTS: dict[str, str] = {
    "id": "x = RecordID.parse(v)",
    "datetime": "x = v.date; x = x if x.tzinfo is UTC else zoned(x)",
    "ref": "x = reference({model}, v.id, backend)",
    "location": "x = Location(v.lng, v.lat)",
    "geojson": "x = GeoJSON(v.val)",
    "asset": "x = Asset(v.name, v.content_type, v.url)",
    "unknown": "x = Unknown(v.underlying_type)",
    "enum": "x = member({model}, v)",
    "acl": "x = acl(v)",
}
_METADATA_DATE = "x = v if v.tzinfo is UTC else zoned(v)"


def _wire_type(field: Field[Any]) -> Any:
    """Return what the field's value is on the wire, without null."""
    spec = field.spec
    if spec.kind == "datetime" and field.wire.startswith("_"):
        return datetime
    if spec.kind == "enum":
        kinds: set[type[object]] = {
            type(m.value) for m in cast("type[Enum]", spec.python)
        }
        return kinds.pop() if len(kinds) == 1 else Any
    return _WIRE_TYPES.get(spec.kind, spec.data)


def _optional(field: Field[Any]) -> tuple[Any, Any]:
    """Return the wire type with what stands for absence, and the default."""
    kind = _wire_type(field)
    if field.spec.nullable:
        return (Any if kind is Any else kind | None), None
    return (Any if kind is Any else kind | msgspec.UnsetType), UNSET


def zoned(value: datetime) -> datetime:
    """Return a decoded date in UTC."""
    if value.tzinfo is None:
        msg = f"{value.isoformat()!r} has no time zone"
        raise ConversionError(msg, value=value)
    return value.astimezone(UTC)


def reference(model: type[Model], text: str, backend: Any) -> Reference[Model]:
    """Return the reference that `type/key` *text* means in a field of *model*."""
    kind, _, key = text.partition("/")
    if kind != model.__collection__ or not key:
        msg = f"{text!r} is no reference to {model.__name__} ({model.__collection__}/…)"
        raise ConversionError(msg, value=text)
    return Reference(model, key, backend)


class RowCodec:
    """Moves the rows of one model between wire bytes and instances."""

    def __init__(self, model: type[Model]) -> None:
        self._model = model
        self._fields = model.__sky_fields__
        self._names = {f.wire: n for n, f in self._fields.items()}
        self._decode = msgspec.json.Decoder(self._struct()).decode
        self._move = _generate(self._fields)

    def _struct(self) -> type[msgspec.Struct]:
        fields: list[tuple[str, Any, Any]] = []
        for index, field in enumerate(self._fields.values()):
            kind, default = _optional(field)
            fields.append(
                (f"f{index}", kind, msgspec.field(name=field.wire, default=default))
            )
        transient = dict[str, msgspec.Raw] | msgspec.UnsetType
        sent_along = msgspec.field(name="_transient", default=UNSET)
        fields.append(("transient", transient, sent_along))
        return msgspec.defstruct(f"{self._model.__name__}Wire", fields, gc=False)

    def fill(self, instance: Model, wire: bytes) -> None:
        """Set every field that *wire* holds; leave out what does not convert."""
        origin = instance.__sky_origin__
        try:
            decoded: Any = self._decode(wire)
            self._move(instance, decoded, origin and origin.backend)
        except (msgspec.MsgspecError, ConversionError, UnicodeDecodeError):
            self._fill_tolerantly(instance, wire)
            return
        if origin is not None and origin.only is not None:
            self._forget(instance, origin.only)
        if decoded.transient is not UNSET and origin is not None:
            self._attach(instance, decoded.transient, origin)

    def _forget(self, instance: Model, only: frozenset[str]) -> None:
        """Take out the fields that were not asked for: not None, but unknown."""
        for name, field in self._fields.items():
            asked = field.wire in only or field.wire.startswith("_")
            if not asked and name in instance.__dict__:
                delattr(instance, name)

    def _attach(
        self,
        instance: Model,
        transient: Mapping[str, msgspec.Raw],
        origin: Origin,
    ) -> None:
        """Hand the records that came along to the references that lead to them."""
        for name, raw in transient.items():
            field = self._names.get(origin.includes.get(name, ""))
            held = instance.__dict__.get(field) if field is not None else None
            if is_reference(held) and bytes(raw) != b"null":
                target = held.model.__sky_make__(bytes(raw), origin.bare())
                held.target = target

    def _fill_tolerantly(self, instance: Model, wire: bytes) -> None:
        for name in self._fields:
            try:
                value = self._value(instance, wire, name)
            except (ConversionError, msgspec.MsgspecError, UnicodeDecodeError):
                continue
            if value is not UNSET:
                setattr(instance, name, value)

    def _value(self, instance: Model, wire: bytes, name: str) -> object:
        """Return one field's value, UNSET if the row does not say."""
        field = self._fields[name]
        origin = instance.__sky_origin__
        only = origin.only if origin is not None else None
        if only is not None and field.wire not in only and field.wire[0] != "_":
            return UNSET
        row = msgspec.json.decode(wire, type=dict[str, Any])
        if row.get(field.wire) is None:
            return None if field.spec.nullable else UNSET
        value = msgspec.convert(row[field.wire], _wire_type(field))
        scratch = _Scratch()
        single = _generate({name: field})
        single(scratch, _Decoded(value), origin.backend if origin else None)
        return scratch.__dict__[name]

    def explain(self, instance: Model, wire: bytes, name: str) -> Exception:
        """Return the error that says why field *name* was left out."""
        model, spec = self._model.__name__, self._fields[name].spec
        record: str | None = None
        try:
            record = head(wire).id
            self._value(instance, wire, name)
            detail = (
                f"the service has no value, but the field is declared {spec}: "
                f"declare it `{spec} | None`"
            )
        except (ConversionError, msgspec.MsgspecError, UnicodeDecodeError) as error:
            detail = f"the service's value does not fit {spec}: {error}"
        msg = f"{model}.{name} of {record}: {detail}"
        path = f"$.{self._fields[name].wire}"
        return ConversionError(msg, model=model, field=name, path=path, record=record)

    def values(self, instance: Model, wire: bytes) -> Mapping[str, object]:
        """Return fresh values of every field that *wire* holds, by name."""
        scratch = type(instance).__new__(type(instance))
        scratch.__sky_origin__ = instance.__sky_origin__
        self.fill(scratch, wire)
        found = scratch.__dict__
        return {name: found[name] for name in self._fields if name in found}

    def extra(self, wire: bytes) -> Mapping[str, JSON]:
        """Return the fields in *wire* that the model does not declare."""
        row = msgspec.json.decode(wire, type=dict[str, Any])
        return {
            key: value
            for key, value in row.items()
            if key not in self._names and not key.startswith("_")
        }

    def key(self, wire: bytes) -> str:
        """Return the key of the record in *wire*."""
        found = head(wire).id
        return RecordID.parse(found or "").key


class _Scratch:
    """Holds the one attribute that is being converted."""


class _Decoded:
    """Stands for a decoded row with a single field."""

    def __init__(self, value: object) -> None:
        self.f0 = value


def _generate(fields: Mapping[str, Field[Any]]) -> Callable[[Any, Any, Any], None]:
    """Return a function that moves a decoded row's values into an instance."""
    names = _globals()
    lines = ["def fill(o, w, backend):"]
    for index, (name, field) in enumerate(fields.items()):
        lines += _move(index, name, field, names)
    source = "\n".join([*lines, "    return None"])
    exec(compile(source, "<skysyn row codec>", "exec"), names)  # noqa: S102  # our text
    return cast("Callable[[Any, Any, Any], None]", names["fill"])


def _globals() -> dict[str, Any]:
    """Return the names that generated code may use."""
    return {
        "UNSET": UNSET,
        "UTC": UTC,
        "RecordID": RecordID,
        "Location": Location,
        "GeoJSON": GeoJSON,
        "Asset": Asset,
        "Unknown": Unknown,
        "zoned": zoned,
        "reference": reference,
        "member": open_member,
        "acl": access.lift,
    }


def _move(index: int, name: str, field: Field[Any], names: dict[str, Any]) -> list[str]:
    """Return the lines that move field number *index*; models go into *names*."""
    spec: Spec = field.spec
    lift = _LIFTS.get(spec.kind)
    if spec.kind == "datetime" and field.wire.startswith("_"):
        lift = _METADATA_DATE
    if spec.kind in {"ref", "enum"}:
        names[f"m{index}"] = spec.target() if spec.kind == "ref" else spec.python
    if lift is None and spec.nullable:
        return [f"    o.{name} = w.f{index}"]
    absent = "None" if spec.nullable else "UNSET"
    lines = [f"    v = w.f{index}", f"    if v is not {absent}:"]
    if lift is not None:
        lines.append(f"        {lift.format(model=f'm{index}')}")
    lines.append(f"        o.{name} = {'v' if lift is None else 'x'}")
    return lines + [f"    else: o.{name} = None"] * spec.nullable
