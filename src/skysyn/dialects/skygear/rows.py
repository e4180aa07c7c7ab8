"""Rows: a record's wire bytes to typed values.

This way of loading was chosen by `benchmarks/load.py`: a record stays as its bytes
until a field of it is read; then all its fields are set at once.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import msgspec

from skysyn.errors import ConversionError
from skysyn.models import JSON, Model, RecordID, is_reference

from .lifts import Lifts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from skysyn.models import Backend, Origin

    from .lifts import Transient

_UNFIT = (ConversionError, msgspec.MsgspecError, UnicodeDecodeError)


class Head(msgspec.Struct, gc=False):
    """What every row and error entry opens with."""

    id: str | None = msgspec.field(name="_id", default=None)
    type: str | None = msgspec.field(name="_type", default=None)


_heads = msgspec.json.Decoder(Head)
_records = msgspec.json.Decoder(dict[str, msgspec.Raw])


def head(wire: bytes) -> Head:
    """Return the id and kind of one entry."""
    return _heads.decode(wire)


class RowCodec:
    """Moves the rows of one model between wire bytes and instances."""

    def __init__(self, model: type[Model]) -> None:
        self._model = model
        self._fields = model.__sky_fields__
        self._names = {f.wire: n for n, f in self._fields.items()}
        self._lifts = Lifts(model.__collection__, self._fields)
        self._lifts_of: dict[frozenset[str], Lifts] = {}

    def fill(self, instance: Model, wire: bytes) -> None:
        """Set every field that *wire* holds; leave out what does not convert."""
        origin = instance.__sky_origin__
        backend = None if origin is None else origin.backend
        lifts = self._asked(origin)
        try:
            transient = lifts.into_instance(instance, wire, backend)
        except _UNFIT:
            values: dict[str, object] = {}
            transient = _salvage(values, lifts, wire, backend)
            for name, value in values.items():
                setattr(instance, name, value)
        if transient is not msgspec.UNSET and origin is not None:
            self._attach(instance, transient, origin)

    def _asked(self, origin: Origin | None) -> Lifts:
        """Return the lifts of the fields that were asked for; others stay unknown."""
        if origin is None or origin.only is None:
            return self._lifts
        only = origin.only
        if only not in self._lifts_of:
            fields = {
                name: field
                for name, field in self._fields.items()
                if field.wire in only or field.wire.startswith("_")
            }
            self._lifts_of[only] = Lifts(self._model.__collection__, fields)
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
            self._lifts.singly[name]({}, wire, None)
            detail = (
                f"the service has no value, but the field is declared {field.spec}: "
                f"declare it `{field.spec} | None`"
            )
        except _UNFIT as error:
            detail = f"the service's value does not fit {field.spec}: {error}"
            path = _path(error) or path
        msg = f"{model}.{name} of {record}: {detail}"
        return ConversionError(msg, model=model, field=name, path=path, record=record)

    def values(self, instance: Model, wire: bytes) -> Mapping[str, object]:
        """Return fresh values of every field that *wire* holds, by name."""
        lifts = self._asked(instance.__sky_origin__)
        values: dict[str, object] = {}
        try:
            lifts.into_dict(values, wire, None)
        except _UNFIT:
            _salvage(values, lifts, wire, None)
        return values

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


def _salvage(
    values: dict[str, object], lifts: Lifts, wire: bytes, backend: Backend | None
) -> Transient:
    """Put every field that converts into *values*; return what came along."""
    transient: Transient = msgspec.UNSET
    for lift in lifts.singly.values():
        try:
            transient = lift(values, wire, backend)
        except _UNFIT:
            # what does not fit is explained when the field is read
            continue
    return transient


def _path(error: Exception) -> str | None:
    """Return the `$…` path at the end of msgspec's message."""
    found = re.search(r"at `(\$.*)`$", str(error))
    return found and found[1]
