"""Rows: an entity's wire bytes to typed values.

The loading path is that of `benchmarks/load.py`: an entity stays as its bytes until a
field of it is read; then msgspec decodes them into a struct made for the model, and
generated code moves the values into the instance at once.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Union, cast

import msgspec

from skysyn.errors import ConversionError
from skysyn.models import (
    JSON,
    Field,
    Model,
    Reference,
    fill_function,
    open_member,
)

from . import values

if TYPE_CHECKING:
    from collections.abc import Mapping
    from enum import Enum

UNSET = msgspec.UNSET
_PREFIX = "ObjectId:"


class Head(msgspec.Struct, gc=False):
    """What every row opens with."""

    id: str = ""


_heads = msgspec.json.Decoder(Head)
_rows = msgspec.json.Decoder(dict[str, Any])

_WIRE_TYPES: dict[str, Any] = {
    "str": str,
    "int": int,
    "float": float,
    "bool": bool,
    "datetime": datetime,
    "ref": str,
}
_LIFTS: dict[str, str] = {
    "datetime": "x = zoned(v)",
    "ref": "x = reference({model}, v, backend)",
    "enum": "x = member({model}, v)",
}


def reference(model: type[Model], text: str, backend: Any) -> Reference[Model] | None:
    """Return the reference that *text*, a bare id, means; an empty one means none."""
    key = text.removeprefix(_PREFIX)
    return Reference(model, key, backend) if key else None


_NAMES: dict[str, object] = {
    "zoned": values.in_zone,
    "reference": reference,
    "member": open_member,
}


def _lift(field: Field[Any]) -> str | None:
    return _LIFTS.get(field.spec.kind)


def _wire_type(field: Field[Any]) -> Any:
    """Return what the field's value is on the wire, without null."""
    spec = field.spec
    if spec.kind == "enum":
        members = cast("type[Enum]", spec.python)
        kinds: tuple[type[object], ...] = tuple({type(m.value): None for m in members})
        return Union[kinds]  # noqa: UP007  # a tuple of types
    return _WIRE_TYPES.get(spec.kind, spec.data)


def _optional(field: Field[Any]) -> tuple[Any, Any]:
    """Return the wire type with what stands for absence, and the default."""
    kind = _wire_type(field)
    if field.spec.nullable:
        return (Any if kind is Any else kind | None), None
    return (Any if kind is Any else kind | msgspec.UnsetType), UNSET


class RowCodec:
    """Moves the rows of one model between wire bytes and instances."""

    def __init__(self, model: type[Model]) -> None:
        self._model = model
        self._fields = model.__sky_fields__
        self._names = {field.wire for field in self._fields.values()}
        self._decode = msgspec.json.Decoder(self._struct()).decode
        self._move = fill_function(self._fields, _lift, _NAMES)

    def _struct(self) -> type[msgspec.Struct]:
        fields: list[tuple[str, Any, Any]] = []
        for index, field in enumerate(self._fields.values()):
            kind, default = _optional(field)
            named = msgspec.field(name=field.wire, default=default)
            fields.append((f"f{index}", kind, named))
        return msgspec.defstruct(f"{self._model.__name__}Wire", fields, gc=False)

    def fill(self, instance: Model, wire: bytes) -> None:
        """Set every field that *wire* holds; leave out what does not convert."""
        origin = instance.__sky_origin__
        try:
            self._move(instance, self._decode(wire), origin and origin.backend)
        except (msgspec.MsgspecError, ConversionError, UnicodeDecodeError):
            self._fill_tolerantly(instance, wire)
            return
        if origin is not None and origin.only is not None:
            self._forget(instance, origin.only)

    def _forget(self, instance: Model, only: frozenset[str]) -> None:
        """Take out the fields that were not asked for: not None, but unknown."""
        for name, field in self._fields.items():
            if field.wire not in only and name in instance.__dict__:
                delattr(instance, name)

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
        field, origin = self._fields[name], instance.__sky_origin__
        only = origin.only if origin is not None else None
        if only is not None and field.wire not in only:
            return UNSET
        found = _rows.decode(wire).get(field.wire)
        if found is None or (found == "" and field.spec.kind == "datetime"):
            return None if field.spec.nullable else UNSET
        if field.spec.kind == "datetime" and isinstance(found, str):
            return values.load_date(found)
        value = msgspec.convert(found, _wire_type(field))
        match field.spec.kind:
            case "ref":
                backend = origin.backend if origin else None
                return reference(field.spec.target(), value, backend)
            case "enum":
                return open_member(cast("type[Enum]", field.spec.python), value)
            case _:
                return cast("object", value)

    def explain(self, instance: Model, wire: bytes, name: str) -> Exception:
        """Return the error that says why field *name* was left out."""
        model, spec = self._model.__name__, self._fields[name].spec
        record: str | None = None
        try:
            record = self.key(wire)
            self._value(instance, wire, name)
            detail = f"the service has no value, but the field is declared {spec}"
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
        """Return the attributes in *wire* that the model does not declare."""
        row = _rows.decode(wire)
        return {key: value for key, value in row.items() if key not in self._names}

    def key(self, wire: bytes) -> str:
        """Return the id of the entity in *wire*."""
        return _heads.decode(wire).id.removeprefix(_PREFIX)
