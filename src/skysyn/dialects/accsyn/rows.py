"""Rows: an entity's wire bytes to typed values.

An entity stays as its bytes until a field of it is read; then all its fields are set
at once. Only attributes that are declared as dates are read as dates.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Union, cast

import msgspec

from skysyn.errors import ConversionError
from skysyn.models import (
    JSON,
    UNFIT,
    Field,
    Lifts,
    Model,
    Reference,
    Wiring,
    open_member,
)

from . import values

if TYPE_CHECKING:
    from collections.abc import Mapping
    from enum import Enum

    from skysyn.models import Origin

_PREFIX = "ObjectId:"


class Head(msgspec.Struct, gc=False):
    """What every row opens with."""

    id: str | int | None = None


_heads = msgspec.json.Decoder(Head)
_rows = msgspec.json.Decoder(dict[str, Any])
_raws = msgspec.json.Decoder(dict[str, msgspec.Raw])


def key_of(wire: bytes) -> str:
    """Return the id of the entity in *wire*, empty if it has none."""
    found = _heads.decode(wire).id
    return "" if found is None else str(found).removeprefix(_PREFIX)


def merge(old: bytes | None, new: bytes) -> bytes:
    """Return what *new* says, and for what it leaves out what *old* said."""
    if old is None:
        return new
    return msgspec.json.encode({**_raws.decode(old), **_raws.decode(new)})


_WIRE_TYPES: dict[str, object] = {
    "str": str,
    "int": int,
    "float": float,
    "bool": bool,
    "datetime": str,
    "ref": str,
}
# what generated code does with a value `v` that is there; empty text means none
_VALUES: dict[str, str] = {
    "datetime": "date(v) if v else None",
    "ref": "Reference({to}, bare(v), backend) if v else None",
    "enum": "member({to}, v)",
}


def bare(text: str) -> str:
    """Return the id in *text*, which some services of old prefix."""
    return text.removeprefix(_PREFIX)


_NAMES: dict[str, object] = {
    "Reference": Reference,
    "date": values.load_date,
    "bare": bare,
    "member": open_member,
}


def wire_type(field: Field[Any]) -> object:
    """Return what the field's value is on the wire, without null."""
    spec = field.spec
    if spec.kind == "enum":
        members = cast("type[Enum]", spec.python)
        kinds: set[type[object]] = {type(member.value) for member in members}
        return Union[tuple(kinds)]  # noqa: UP007  # a tuple of types
    return _WIRE_TYPES.get(spec.kind, spec.data)


def _value(field: Field[Any]) -> str | None:
    """Return the expression that lifts `v`, None if it is the value already."""
    return "bare(v)" if field.wire == "id" else _VALUES.get(field.spec.kind)


_WIRING = Wiring(wire_type, _value, _NAMES)


class RowCodec:
    """Moves the rows of one model between wire bytes and instances."""

    def __init__(self, model: type[Model]) -> None:
        self._model = model
        self._fields = model.__sky_fields__
        self._names = {field.wire for field in self._fields.values()}
        self._lifts = Lifts(self._fields, _WIRING)
        self._lifts_of: dict[frozenset[str], Lifts] = {}

    def fill(self, instance: Model, wire: bytes) -> None:
        """Set every field that *wire* holds; leave out what does not convert."""
        origin = instance.__sky_origin__
        backend = None if origin is None else origin.backend
        self._asked(origin).fill(instance, wire, backend)

    def _asked(self, origin: Origin | None) -> Lifts:
        """Return the lifts of the fields that were asked for; others stay unknown."""
        if origin is None or origin.only is None:
            return self._lifts
        only = origin.only
        if only not in self._lifts_of:
            self._lifts_of[only] = self._lifts.only(lambda field: field.wire in only)
        return self._lifts_of[only]

    def explain(self, instance: Model, wire: bytes, name: str) -> Exception:
        """Return the error that says why field *name* was left out."""
        model, field = type(instance).__name__, self._fields[name]
        record: str | None = None
        try:
            record = key_of(wire)
            self._lifts.value(wire, name)
            detail = "the service has no value"
        except UNFIT as error:
            detail = f"the service's value does not fit {field.spec}: {error}"
        msg = f"{model}.{name} of {record}: {detail}"
        path = f"$.{field.wire}"
        return ConversionError(msg, model=model, field=name, path=path, record=record)

    def values(self, instance: Model, wire: bytes) -> Mapping[str, object]:
        """Return fresh values of every field that *wire* holds, by name."""
        return self._asked(instance.__sky_origin__).values(wire)

    def extra(self, wire: bytes) -> Mapping[str, JSON]:
        """Return the attributes in *wire* that the model does not declare."""
        try:
            row = _rows.decode(wire)
        except UNFIT as error:
            raise self._unreadable(error) from error
        return {key: value for key, value in row.items() if key not in self._names}

    def key(self, wire: bytes) -> str:
        """Return the id of the entity in *wire*."""
        try:
            return key_of(wire)
        except UNFIT as error:
            raise self._unreadable(error) from error

    def _unreadable(self, error: Exception) -> ConversionError:
        model = self._model.__name__
        msg = f"the service sent a {model} that is no entity: {error}"
        return ConversionError(msg, model=model)
