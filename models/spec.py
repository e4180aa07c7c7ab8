"""Spec: what a field's annotation says about its values."""

from __future__ import annotations

import math
import types
from datetime import UTC, datetime
from enum import Enum
from typing import (
    TYPE_CHECKING,
    Any,
    ForwardRef,
    Literal,
    TypeAlias,
    Union,
    get_args,
    get_origin,
    is_typeddict,
)

import attrs
import msgspec

from skysyn.errors import ConversionError, DeclarationError, QueryError

from .acl import ACL
from .expr import UserID
from .plain import check_plain
from .predicate import Distance, Path
from .ref import RecordID, Ref, Reference, is_ref, is_reference
from .values import JSON, Asset, GeoJSON, Location, Sequence, Unknown

if TYPE_CHECKING:
    from collections.abc import Callable

    from .model import Model

Kind: TypeAlias = Literal[
    "str",
    "int",
    "float",
    "bool",
    "datetime",
    "id",
    "user",
    "ref",
    "location",
    "geojson",
    "asset",
    "sequence",
    "unknown",
    "enum",
    "acl",
    "json",
]

_PLAIN: dict[object, Kind] = {
    str: "str",
    int: "int",
    float: "float",
    bool: "bool",
    datetime: "datetime",
    RecordID: "id",
    UserID: "user",
    Location: "location",
    GeoJSON: "geojson",
    Asset: "asset",
    Unknown: "unknown",
    ACL: "acl",
}
_CLASSES: dict[Kind, type | tuple[type, ...]] = {
    "str": str,
    "user": str,
    "int": int,
    "float": (int, float),
    "bool": bool,
    "datetime": datetime,
    "id": RecordID,
    "location": Location,
    "geojson": GeoJSON,
    "asset": Asset,
    "unknown": Unknown,
    "acl": ACL,
    "sequence": (int, Sequence),
}
_BARE: set[object] = {str, int, float, bool, Any, dict, list}


@attrs.frozen
class Spec:
    """The type of a field: its *kind*, whether None is a value, and the details.

    *python* is the annotation without None, *data* the same for plain data (with JSON
    as Any), *resolve* finds the model of a reference.
    """

    kind: Kind
    nullable: bool
    python: object
    data: object = Any
    resolve: Callable[[], type[Model]] | None = attrs.field(default=None, eq=False)

    @property
    def annotation(self) -> object:
        """The type of the field's values, None included."""
        return self.python | None if self.nullable else self.python  # type: ignore[operator]  # a type

    @property
    def is_text(self) -> bool:
        """Whether the values are text."""
        members: Any = self.python
        return self.kind in {"str", "user"} or (
            self.kind == "enum" and all(isinstance(m.value, str) for m in members)
        )

    @property
    def is_object(self) -> bool:
        """Whether the values are plain JSON objects."""
        shape = get_origin(self.python) or self.python
        return self.kind == "json" and (shape is dict or has_members(self.python))

    def target(self) -> type[Model]:
        """Return the model that references in this field lead to."""
        if self.resolve is None:
            msg = f"{self} is not a reference"
            raise QueryError(msg)
        return self.resolve()

    def operand(self, value: object, where: str) -> object:
        """Return *value* as an operand of a query on the field at *where*.

        Raises:
            QueryError: the field never holds such a value.
        """
        if value is None or isinstance(value, (Path, Distance)):
            return value
        try:
            if self.kind in {"id", "user", "ref"}:
                return self._identity(value)
            # a number is compared with any other, whole or not
            fraction = self.kind in {"int", "sequence"} and isinstance(value, float)
            spec = attrs.evolve(self, kind="float") if fraction else self
            return spec.check(value)
        except ConversionError as error:
            msg = f"{where}: {error}"
            raise QueryError(msg) from error

    def check(self, value: object) -> object:
        """Return *value* if the field can hold it, with times in UTC.

        Raises:
            ConversionError: it cannot; the text says why, the path where.
        """
        if value is None:
            if self.nullable:
                return None
            msg = f"None is no value of {self}; declare it `| None`"
            raise ConversionError(msg)
        match self.kind:
            case "json":
                return self._plain(value)
            case "ref":
                return self._reference(value)
            case "enum":
                return self._member(value)
            case _:
                return self._scalar(value)

    def _scalar(self, value: object) -> object:
        fits = isinstance(value, _CLASSES[self.kind])
        if not fits or (isinstance(value, bool) and self.kind != "bool"):
            msg = f"{value!r} is {type(value).__name__}, not {self}"
            raise ConversionError(msg, value=value)
        match value:
            case datetime():
                return in_utc(value)
            case float() if not math.isfinite(value):
                msg = f"{value} cannot be written as a JSON number"
                raise ConversionError(msg, value=value)
            case Location():
                value.check()
            case ACL() | Asset():
                value.check()
            case GeoJSON():
                value.check()
                check_plain(value.geometry, "$")
            case _:
                pass
        return value

    def _member(self, value: object) -> object:
        if isinstance(self.python, type) and isinstance(value, self.python):
            return value
        msg = f"{value!r} is {type(value).__name__}, not {self}"
        raise ConversionError(msg, value=value)

    def _plain(self, value: object) -> object:
        check_plain(value, "$")
        try:
            msgspec.convert(msgspec.to_builtins(value), self.data)
        except msgspec.ValidationError as error:
            msg = f"{value!r:.80} is not {self}: {error}"
            raise ConversionError(msg, path=_path(error), value=value) from error
        return value

    def _reference(self, value: object) -> Reference[Model]:
        target = self.target()
        kind: type = getattr(value, "model", type(value))
        if not is_ref(value) or not issubclass(kind, target):
            shown = f"{value!r:.80}"
            msg = f"{shown} is no reference to {target.__name__}"
            if isinstance(value, str):
                msg += f"; write {target.__name__}.ref({value!r})"
            raise ConversionError(msg, value=value)
        return value if is_reference(value) else Reference(target, value.ref_id)

    def _identity(self, value: object) -> object:
        """Accept a record, a ref, an id or a bare key; return what names it best."""
        match value:
            case RecordID():
                self._same(value.type, str(value))
                return value
            case str():
                return self._bare(value)
            case _ if is_ref(value):
                kind: Any = getattr(value, "model", type(value))
                self._same(kind.__collection__, repr(value))
                return RecordID(kind.__collection__, value.ref_id)
            case _:
                msg = f"{value!r} names no record: pass a record, a ref, or a bare key"
                raise ConversionError(msg, value=value)

    def _bare(self, key: str) -> str:
        wanted = self._collection()
        if wanted is not None and key.startswith(f"{wanted}/"):
            bare = key.removeprefix(f"{wanted}/")
            msg = (
                f"{key!r} is `type/key`, which finds nothing here: "
                f"write the bare key {bare!r} or RecordID({wanted!r}, {bare!r})"
            )
            raise ConversionError(msg, value=key)
        return key

    def _same(self, found: str, shown: str) -> None:
        wanted = self._collection()
        if wanted is not None and found != wanted:
            msg = f"{shown} is a {found}, but the field refers to {wanted}"
            raise ConversionError(msg)

    def _collection(self) -> str | None:
        if self.kind == "user":
            return "user"
        return self.target().__collection__ if self.resolve is not None else None

    def __str__(self) -> str:
        name = getattr(self.python, "__name__", None)
        if self.kind == "ref" or not isinstance(self.python, type):
            name = str(self.python).replace("typing.", "")
        return f"{name} | None" if self.nullable else str(name)


def in_utc(value: datetime) -> datetime:
    """Return *value* in UTC.

    Raises:
        ConversionError: it has no time zone.
    """
    if value.tzinfo is None or value.utcoffset() is None:
        msg = (
            f"{value.isoformat()} has no time zone: write datetime.now(UTC), "
            "or value.replace(tzinfo=UTC) if it is UTC already"
        )
        raise ConversionError(msg, value=value)
    return value.astimezone(UTC)


def _path(error: msgspec.ValidationError) -> str:
    """Return the `$…` path that msgspec puts at the end of its messages."""
    return str(error).rpartition("`$")[2].join(("$", "")).rstrip("`") or "$"


def read(annotation: object, resolve: Callable[[object], type[Model]]) -> Spec:
    """Return what *annotation*, the T of `Field[T]`, says; *resolve* finds models.

    Raises:
        DeclarationError: no field can hold such values.
    """
    members, nullable = _members(annotation)
    if _is_json(members):
        return Spec("json", True, JSON)
    if set(members) == {int, Sequence}:
        return Spec("sequence", nullable, int | Sequence)
    if len(members) == 1:
        return _read_one(members[0], nullable, resolve)
    if set(members) <= {int, float}:
        return Spec("float", nullable, float)
    return Spec("json", nullable, annotation, data(annotation))


def _read_one(
    only: object,
    nullable: bool,
    resolve: Callable[[object], type[Model]],
) -> Spec:
    kind = _PLAIN.get(only) if isinstance(only, type) or only is UserID else None
    if kind is not None:
        return Spec(kind, nullable, only)
    if get_origin(only) is Ref:
        (target,) = get_args(only)
        if isinstance(target, type) and not hasattr(target, "__sky_fields__"):
            msg = f"a Ref leads to a model, and {_name(target)} is none"
            raise DeclarationError(msg)
        return Spec("ref", nullable, only, resolve=lambda: resolve(target))
    if _is_enum(only):
        return Spec("enum", nullable, only)
    return Spec("json", nullable, only, data(only))


def data(annotation: object) -> Any:
    """Return *annotation* as a type of plain data, with every JSON read as Any.

    Raises:
        DeclarationError: it is no type of plain data.
    """
    members, nullable = _members(annotation)
    if _is_json(members):
        return Any
    if len(members) > 1 or nullable:
        parts = [data(member) for member in members] + [type(None)] * nullable
        return Union[tuple(parts)]  # noqa: UP007  # a tuple of parts
    only = members[0]
    if only in _BARE:
        return only
    args = get_args(only)
    match get_origin(only):
        case origin if origin is list:
            return types.GenericAlias(list, (data(args[0]),))
        case origin if origin is dict and args[0] is str:
            return types.GenericAlias(dict, (str, data(args[1])))
        case origin if origin is Literal:
            return only
        case _:
            pass
    if has_members(only):
        return only
    raise DeclarationError(_no_data(only))


def has_members(annotation: object) -> bool:
    """Whether values of this type are JSON objects of named members."""
    if hasattr(annotation, "__sky_fields__"):
        return False
    is_class = isinstance(annotation, type) and attrs.has(annotation)
    return is_class or is_typeddict(annotation)


def _is_enum(annotation: object) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, Enum)


def _no_data(only: object) -> str:
    """Return why *only* is no type of plain data."""
    if isinstance(only, ForwardRef):
        return (
            f"the name {only.__forward_arg__!r} is not known when the class is made: "
            "a misspelling, or import it outside `if TYPE_CHECKING:`"
        )
    if hasattr(only, "__sky_fields__"):
        return f"a reference to a record is declared Ref[{_name(only)}]"
    if only in _PLAIN or get_origin(only) is Ref:
        return (
            f"a list or dict holds only plain JSON, no {_name(only)}: the service "
            "keeps that only in a field of its own"
        )
    return f"no field can hold {_name(only)}"


def _name(only: object) -> str:
    return only.__name__ if isinstance(only, type) else str(only)


def _members(annotation: object) -> tuple[list[object], bool]:
    """Split a union into its members and whether None is one of them."""
    if get_origin(annotation) in {Union, types.UnionType}:
        args = get_args(annotation)
        return [a for a in args if a is not type(None)], type(None) in args
    return [annotation], False


def _is_json(members: list[object]) -> bool:
    """Whether these are the members of `JSON`; its names may still be quoted."""
    if members == [JSON] or members == [ForwardRef("JSON")]:
        return True
    scalars = {bool, int, float, str}
    return len(members) == 6 and scalars == {m for m in members if isinstance(m, type)}
