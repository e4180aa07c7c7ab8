"""Lifts: functions made for a model's fields that decode a row and hand it out.

msgspec decodes the bytes into a struct made for these fields, and generated code moves
its values to where they belong: nothing is looked up or decided field by field.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias, cast

import attrs
import msgspec

from skysyn.errors import ConversionError

from .binding import Backend

if TYPE_CHECKING:
    from .fields import Field
    from .model import Model
    from .spec import Spec

UNSET = msgspec.UNSET
UNFIT = (ConversionError, msgspec.MsgspecError, UnicodeDecodeError)
"""What is raised for a row that the model's fields cannot hold."""

Beside: TypeAlias = msgspec.Raw | msgspec.UnsetType
"""The JSON of what came along with a row, besides its fields."""

Lift: TypeAlias = Callable[[Any, bytes, Backend | None], Beside]
"""Sets in its first argument what the row holds; returns what came along."""


@attrs.frozen
class Wiring:
    """How the rows of one model are written.

    *wire_type* gives the type that msgspec decodes a field into, without null. *value*
    gives the expression that lifts such a value `v`, or None if it is the field's value
    already; it may use *names*, `backend`, and `{to}` for the field's model or enum.
    *beside* is the wire name of what came along.
    """

    wire_type: Callable[[Field[object]], object]
    value: Callable[[Field[object]], str | None]
    names: Mapping[str, object]
    beside: str | None = None


class Lifts:
    """The lifts for some fields of a model, each made when it is first needed."""

    def __init__(self, fields: Mapping[str, Field[object]], wiring: Wiring) -> None:
        self._fields = fields
        self._wiring = wiring

    def only(self, wanted: Callable[[Field[object]], bool]) -> Lifts:
        """Return the lifts for the *wanted* ones of these fields."""
        fields = {name: f for name, f in self._fields.items() if wanted(f)}
        return Lifts(fields, self._wiring)

    def fill(self, instance: Model, wire: bytes, backend: Backend | None) -> Beside:
        """Set every field that *wire* holds and that converts, as an attribute."""
        try:
            return self._into_instance(instance, wire, backend)
        except UNFIT:
            values: dict[str, object] = {}
            beside = self._salvage(values, wire, backend)
            for name, value in values.items():
                setattr(instance, name, value)
            return beside

    def values(self, wire: bytes) -> dict[str, object]:
        """Return every field that *wire* holds and that converts, by name."""
        values: dict[str, object] = {}
        try:
            self._into_dict(values, wire, None)
        except UNFIT:
            self._salvage(values, wire, None)
        return values

    def value(self, wire: bytes, name: str) -> object:
        """Return the one field *name*, UNSET if *wire* does not hold it.

        Raises:
            ConversionError, MsgspecError, UnicodeDecodeError: it does not convert.
        """
        values: dict[str, object] = {}
        self._singly[name](values, wire, None)
        return values.get(name, UNSET)

    def _salvage(
        self, values: dict[str, object], wire: bytes, backend: Backend | None
    ) -> Beside:
        beside: Beside = UNSET
        for lift in self._singly.values():
            # what is left out is explained when it is read
            with suppress(*UNFIT):
                beside = lift(values, wire, backend)
        return beside

    @cached_property
    def _into_instance(self) -> Lift:
        return self._make("o.{name}")

    @cached_property
    def _into_dict(self) -> Lift:
        return self._make("o[{name!r}]")

    @cached_property
    def _singly(self) -> Mapping[str, Lift]:
        return {
            name: Lifts({name: field}, self._wiring)._into_dict
            for name, field in self._fields.items()
        }

    def _make(self, place: str) -> Lift:
        decode = msgspec.json.Decoder(self._struct()).decode
        names: dict[str, Any] = {**self._wiring.names, "UNSET": UNSET, "decode": decode}
        lines = ["def lift(o, wire, backend):", "    w = decode(wire)"]
        for index, (name, field) in enumerate(self._fields.items()):
            value = self._wiring.value(field)
            if value is not None and "{to}" in value:
                names[f"to{index}"] = _class_of(field.spec)
                value = value.replace("{to}", f"to{index}")
            lines += _move(index, place.format(name=name), value, field.spec)
        result = "UNSET" if self._wiring.beside is None else "w.beside"
        source = "\n".join([*lines, f"    return {result}"])
        exec(compile(source, "<skysyn lift>", "exec"), names)  # noqa: S102  # our text
        return cast("Lift", names["lift"])

    def _struct(self) -> type[msgspec.Struct]:
        members: list[tuple[str, Any, Any]] = []
        for index, field in enumerate(self._fields.values()):
            kind: Any = self._wiring.wire_type(field)
            # null and absent are one: a value that is not there
            optional = kind if kind is Any else kind | None
            default = msgspec.field(name=field.wire, default=None)
            members.append((f"f{index}", optional, default))
        if self._wiring.beside is not None:
            default = msgspec.field(name=self._wiring.beside, default=UNSET)
            members.append(("beside", Beside, default))
        return msgspec.defstruct("Row", members, gc=False)


def _class_of(spec: Spec) -> object:
    """Return the model or the enum that the values belong to."""
    return spec.target() if spec.kind == "ref" else spec.python


def _move(index: int, place: str, value: str | None, spec: Spec) -> list[str]:
    """Return the lines that move field number *index* to *place*."""
    if not spec.nullable:
        moved = f"    if v is not None: {place} = {value or 'v'}"
        return [f"    v = w.f{index}", moved]
    if value is None:
        return [f"    {place} = w.f{index}"]
    moved = f"    {place} = None if v is None else {value}"
    return [f"    v = w.f{index}", moved]
