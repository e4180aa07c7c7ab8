"""Record: the base of Skygear models, and the fields all of them have."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Self
from uuid import uuid4

import msgspec
from typing_extensions import dataclass_transform

from skysyn.errors import ConversionError, DeclarationError, StateError
from skysyn.models import (
    ACL,
    JSON,
    AnyExpr,
    Codec,
    Field,
    Model,
    Path,
    ReadOnly,
    RecordID,
    Spec,
    UserID,
    field,
    readonly,
)

from . import expressions, rows, values
from .query import RecordQuery

if TYPE_CHECKING:
    from collections.abc import Mapping

    from skysyn.models import Backend

# the server decodes these names, in any case, into fields of its own; only values of
# their shape get through, anything else fails the whole request (protocol 7.3)
_OBJECTS = {"id", "data", "transient", "createdat", "updatedat"}
_STRINGS = {"ownerid", "creatorid", "updaterid", "databaseid"}
_UNREADABLE = re.compile(r'["\\\x00-\x1f]')
_OBJECT_KINDS = {"datetime", "ref", "location", "geojson", "asset"}


@dataclass_transform(
    eq_default=False, kw_only_default=True, field_specifiers=(field, readonly)
)
class Record(Model, abstract=True):
    """A record of Skygear's; `class Task(Record)` has the record type `task`.

    `class Task(Record, type="todo")` names another type. The fields below are there in
    every record; all but `acl` are set by the service.
    """

    __family__: ClassVar[str] = "skygear"

    id: ReadOnly[RecordID] = readonly(wire="_id")
    """Type and key; a new record makes its own key."""
    owner_id: ReadOnly[UserID | None] = readonly(wire="_ownerID")
    """The user who made it, and who may always read and write it."""
    created_at: ReadOnly[datetime] = readonly(wire="_created_at")
    created_by: ReadOnly[UserID | None] = readonly(wire="_created_by")
    updated_at: ReadOnly[datetime] = readonly(wire="_updated_at")
    updated_by: ReadOnly[UserID | None] = readonly(wire="_updated_by")
    acl: Field[ACL | None] = field(default=None, wire="_access")
    """Who may read and write it; None follows the type's default access."""

    @classmethod
    def query(cls, backend: Backend | None = None) -> RecordQuery[Self]:
        """Return the query for all records of this type.

        It is asked through *backend* if given, else through the session that is
        current now, else through the one current when it runs.
        """
        return RecordQuery(cls, backend=cls.__backend_here__(backend))

    def with_id(self, key: str) -> Self:
        """Return a copy of this new record that will be stored under *key*.

        Saving it replaces the fields of a record that has this id already.

        Raises:
            StateError: it is stored, so it has its id for good.
            QueryError: the key is empty, or an id with the type in front.
        """
        if self.is_stored:
            msg = f"{self.id} is stored; make a new record instead of a second id"
            raise StateError(msg)
        type(self).ref(key)  # which refuses what is no bare key
        twin = self.copy()
        twin.__dict__.pop("id", None)
        twin.__sky_key__ = key
        return twin

    @property
    def transient(self) -> Mapping[str, JSON]:
        """What `.include(…)` brought along, by name, as plain JSON; else empty."""
        if self.__sky_wire__ is None:
            return {}
        try:
            return msgspec.json.decode(self.__sky_wire__, type=_Transient).transient
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            model = type(self).__name__
            msg = f"{model}: what came along is no object: {error}"
            raise ConversionError(msg, model=model, path="$._transient") from error

    @classmethod
    def __collection_name__(cls, given: str | None) -> str:
        name = snake_case(cls.__name__) if given is None else given
        is_text = isinstance(name, str)  # pyright: ignore[reportUnnecessaryIsInstance]  # callers may have no checker
        if not is_text or not name or name.startswith("_") or "/" in name:
            msg = (
                f"{cls.__name__}: {name!r} is no record type: it is not empty, does "
                "not start with `_` and has no `/`"
            )
            raise DeclarationError(msg)
        return name

    @classmethod
    def __check_field__(cls, where: str, wire: str, spec: Spec) -> None:
        if cls.__module__ == __name__:
            return
        name = where.rpartition(".")[2]
        if name in Record.__sky_fields__:
            msg = (
                f"{where}: every record has this field; if the app has a column of "
                f"that name, name the field {name}_ and say field(wire={name!r})"
            )
            raise DeclarationError(msg)
        if not wire or wire.startswith("_") or "." in wire:
            msg = (
                f"{where}: Skygear stores no field named {wire!r}: a name is not "
                "empty, does not start with `_` and has no `.`; use field(wire=…)"
            )
            raise DeclarationError(msg)
        if _UNREADABLE.search(wire):
            msg = (
                f"{where}: a field named {wire!r} cannot be read back: its name has "
                "quotation marks, backslashes or control characters"
            )
            raise DeclarationError(msg)
        if wanted := _collides(wire, spec):
            msg = (
                f"{where}: the server takes {wire!r}, in any case, for a part of its "
                f"own and refuses whole requests where it is not {wanted}; "
                f"use field(wire='{wire}_')"
            )
            raise DeclarationError(msg)

    @classmethod
    def __check_value__(cls, value: object) -> None:
        values.check_keys(value)

    @classmethod
    def __codec__(cls) -> Codec:
        if cls.__made_codec__ is None:
            cls.__made_codec__ = rows.RowCodec(cls)
        return cls.__made_codec__

    @classmethod
    def __expression__(cls, descriptor: Field[Any]) -> AnyExpr:
        return expressions.make(Path((descriptor.wire,), cls.__name__), descriptor, cls)

    def _new_key(self) -> str:
        # one step, since two threads may ask at once
        made: str = self.__dict__.setdefault("__sky_key__", str(uuid4()))
        return made

    def _set_key(self, key: str) -> None:
        self.__sky_key__ = key

    def _sky_missing(self, name: str) -> object:
        if name == "id" and self.__sky_wire__ is None:
            return RecordID(self.__collection__, self._new_key())
        return super()._sky_missing(name)


def _collides(wire: str, spec: Spec) -> str | None:
    """Return what values the server takes under the name *wire*, if not these."""
    name = wire.lower()
    if name in _OBJECTS:
        fits = spec.kind in _OBJECT_KINDS or spec.is_object
        return None if fits else "an object"
    if name in _STRINGS:
        return None if spec.is_text else "text"
    return "a list of objects" if name == "acl" else None


class _Transient(msgspec.Struct):
    """The part of a row that holds what came along."""

    transient: dict[str, Any] = msgspec.field(
        name="_transient", default_factory=dict[str, Any]
    )


def snake_case(name: str) -> str:
    """Return `HTTPLog2` as `http_log2`."""
    words = re.sub(r"([A-Z]+)([A-Z][a-z])", r"\1_\2", name)
    return re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", words).lower()
