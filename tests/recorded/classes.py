"""Classes: Record classes made for the columns of one exchange."""

from __future__ import annotations

import keyword
from collections.abc import Mapping
from functools import partial
from itertools import count
from types import new_class
from typing import TYPE_CHECKING, Any

from typing_extensions import override

from skysyn import Field, Record, Ref, field

from .kinds import annotation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .columns import Columns

METADATA = {
    "_id": "id",
    "_owner_id": "owner_id",
    "_owner": "owner_id",
    "_created_at": "created_at",
    "_created_by": "created_by",
    "_updated_at": "updated_at",
    "_updated_by": "updated_by",
    "_access": "acl",
}
"""The attribute for each name that a query knows a common field by."""

_numbers = count(1)


class Models(Mapping[str, type[Record]]):
    """The classes for *columns*, by record type; made when they are first needed."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._made: dict[str, type[Record]] = {}
        self._names: dict[str, str] = {}

    @override
    def __getitem__(self, type_: str) -> type[Record]:
        if type_ not in self._made:
            self._make(type_)
        return self._made[type_]

    @override
    def __iter__(self) -> Iterator[str]:
        return iter(self._made)

    @override
    def __len__(self) -> int:
        return len(self._made)

    def fields(self, type_: str) -> list[str]:
        """Return the wire names of the fields of *type_*."""
        return sorted(name for kind, name in self._columns if kind == type_)

    def attribute(self, type_: str, wire: str) -> str:
        """Return the attribute that the class for *type_* has for a field."""
        if wire in METADATA:
            return METADATA[wire]
        free = not (keyword.iskeyword(wire) or hasattr(Record, wire))
        if wire.isidentifier() and wire.isascii() and wire[0] != "_" and free:
            return wire
        return f"field_{self.fields(type_).index(wire)}"

    def target(self, type_: str, wire: str) -> str:
        """Return the record type that the references in a field lead to."""
        kinds = self._columns[type_, wire]
        return next(name.removeprefix("ref ") for name in kinds if name[:4] == "ref ")

    def _make(self, type_: str) -> None:
        attributes = {wire: self.attribute(type_, wire) for wire in self.fields(type_)}
        body: dict[str, Any] = {
            "__module__": __name__,
            # each class keeps those alive that it refers to by name
            "__models__": self,
            "__annotations__": {
                name: _of(Field, self._annotation(type_, wire))
                for wire, name in attributes.items()
            },
        }
        for wire, name in attributes.items():
            body[name] = field(default=None, wire=wire)
        bases, options = (Record,), {"type": type_}
        made = new_class(self._name(type_), bases, options, partial(_fill, body))
        self._made[type_] = made
        for wire in attributes:
            if self._is_ref(type_, wire):
                self[self.target(type_, wire)]

    def _annotation(self, type_: str, wire: str) -> Any:
        if not self._is_ref(type_, wire):
            return annotation(self._columns[type_, wire])
        # a name, since types may refer to each other
        return _of(Ref, self._name(self.target(type_, wire))) | None

    def _is_ref(self, type_: str, wire: str) -> bool:
        return any(name[:4] == "ref " for name in self._columns[type_, wire])

    def _name(self, type_: str) -> str:
        return self._names.setdefault(type_, f"Recorded{next(_numbers)}")


def _of(generic: Any, argument: Any) -> Any:
    return generic[argument]


def _fill(body: dict[str, Any], namespace: dict[str, Any]) -> None:
    namespace.update(body)
