"""Column types, and which field of a refused save did not fit its column."""

from __future__ import annotations

import re
from collections.abc import Mapping  # attrs resolves it
from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec

from skysyn.models import (
    JSON,
    Asset,
    GeoJSON,
    Location,
    RecordID,
    Reference,
    Sequence,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from skysyn.models import Save

Columns = Mapping[str, Mapping[str, str]]
"""Column types by record type and field name, as `schema:fetch` says them."""

_ANY_NUMBER = {"number", "integer", "sequence"}
_CONFLICT = re.compile(r"\{Type(\w+) (\w*) .*\} => \{Type(\w+) (\w*) ")
_LABELS = {"reference": "ref"}


class _Column(msgspec.Struct):
    name: str
    type: str


class _Record(msgspec.Struct):
    fields: list[_Column]


class _Schema(msgspec.Struct):
    record_types: dict[str, _Record]


def load(result: JSON) -> Columns:
    """Return the columns that the result of a schema action lists.

    Raises:
        msgspec.ValidationError: it lists none.
    """
    schema = msgspec.convert(result, _Schema)
    return {
        kind: {column.name: column.type for column in record.fields}
        for kind, record in schema.record_types.items()
    }


def column_type(value: object) -> str:  # noqa: C901  # a case each
    """Return the type of the column that the server makes for *value*."""
    match value:
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case str():
            return "string"
        case datetime():
            return "datetime"
        case Reference():
            return f"ref({value.model.__collection__})"
        case RecordID():
            return f"ref({value.type})"
        case Location():
            return "location"
        case GeoJSON():
            return "geometry"
        case Asset():
            return "asset"
        case Sequence():
            return "sequence"
        case _:
            return "json"


def conflicts(save: Save, known: Columns) -> Iterator[str]:
    """Yield `type.field: server has T1, you sent T2` for each field that cannot fit."""
    columns = {kind: dict(fields) for kind, fields in known.items()}
    origin = {(k, f): "server has" for k, fields in known.items() for f in fields}
    for row in save.rows:
        of_type = columns.setdefault(row.id.type, {})
        for name, value in row.fields.items():
            if value is None:
                continue
            sent = column_type(_plain(value))
            had = of_type.setdefault(name, sent)
            said = origin.setdefault((row.id.type, name), "another record has")
            if not _fits(sent, had):
                yield f"{row.id.type}.{name}: {said} {had}, you sent {sent}"


def guesses(save: Save, message: str) -> list[str]:
    """Return the conflicts that the server's *message* can mean.

    It names the two types, but not the field.
    """
    found = _CONFLICT.search(message)
    if found is None:
        return []
    had, sent = _label(found[1], found[2]), _label(found[3], found[4])
    return [
        f"{row.id.type}.{name}: server has {had}, you sent {sent}"
        for row in save.rows
        for name, value in row.fields.items()
        if value is not None and column_type(_plain(value)) == sent
    ]


def _label(kind: str, target: str) -> str:
    name = kind.lower()
    return f"ref({target})" if name == "reference" else _LABELS.get(name, name)


def _plain(value: Any) -> object:
    """Return an enum member's value, anything else as it is."""
    return getattr(value, "_value_", value)


def _fits(sent: str, had: str) -> bool:
    if had in _ANY_NUMBER:
        return sent in _ANY_NUMBER
    return sent == had
