"""Results: what functions of cloud code take and return, by declared types (§20.5)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, MutableMapping
from dataclasses import is_dataclass
from datetime import datetime
from enum import Enum
from functools import partial
from operator import eq
from threading import get_ident
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin, is_typeddict

import attrs
import cattrs
import msgspec
from cattrs.cols import is_mapping, is_sequence
from cattrs.strategies import configure_union_passthrough

from skysyn.errors import ConversionError, DeclarationError
from skysyn.models import (
    ACL,
    JSON,
    Asset,
    GeoJSON,
    Location,
    RecordID,
    Ref,
    Reference,
    Sequence,
    Unknown,
)

from . import access, values
from .model import Record
from .unions import SCALARS, learn_unions
from .wording import NAMES, name_of, shown

if TYPE_CHECKING:
    from skysyn.models import Origin

Read = Callable[[Any, Any], object]
Is = Callable[[Any], bool]
_TYPED: tuple[type, ...] = (
    datetime,
    RecordID,
    Location,
    GeoJSON,
    Asset,
    Sequence,
    Unknown,
)
_COLLECTIONS = (tuple, set, frozenset)
_MAPPINGS = (dict, Mapping, MutableMapping)
_NOT_SENT = {"_type", "_transient"}


class Results:
    """Reads results and writes arguments; records that come belong to *origin*."""

    def __init__(self, origin: Origin) -> None:
        self._converter = _converter(origin)

    def check(self, wanted: Any) -> None:
        """Raise DeclarationError if nothing can be read as *wanted*."""
        if wanted is bytes:  # which travel as no JSON
            raise _unreadable(wanted)
        try:
            self._converter.get_structure_hook(wanted)
        except (cattrs.StructureHandlerNotFoundError, TypeError) as error:
            # the latter if nothing tells the classes of a union apart
            raise _unreadable(wanted) from error

    def load(self, result: JSON, wanted: Any, name: str) -> Any:
        """Return the *result* of the function *name* as a *wanted*.

        Raises:
            ConversionError: it is something else; the text says where.
        """
        try:
            return self.read(result, wanted)
        except ConversionError as error:
            msg = f"{name} returned something else than {name_of(wanted)}: {error}"
            raise ConversionError(msg, value=result) from error

    def read(self, value: JSON, wanted: Any, path: str = "$") -> Any:
        """Return *value* as a *wanted*.

        Raises:
            ConversionError: it is something else; the text says where, from *path* on.
        """
        try:
            return self._converter.structure(value, wanted)
        except Exception as error:
            said = cattrs.transform_error(error, path, format_exception=_said)
            raise ConversionError("; ".join(said), value=value) from error

    def learn(self, is_meant: Is, read: Read) -> None:
        """Read the types that are meant by *read* from now on."""
        self._converter.register_structure_hook_func(is_meant, read)

    def learn_as(self, is_meant: Is, instead: Callable[[Any], Any]) -> None:
        """Read the types that are meant as what *instead* returns for them."""

        def wrap(kind: Any) -> Read:
            other = instead(kind)
            inner = self._converter.get_structure_hook(other)
            return lambda value, _: inner(value, other)

        self._converter.register_structure_hook_factory(is_meant, wrap)

    def dump(self, argument: object) -> JSON:
        """Return *argument* as it travels.

        Raises:
            ConversionError: it cannot.
        """
        dumped: JSON = self._converter.unstructure(argument)
        return dumped


def changes(instance: Record) -> dict[str, JSON]:
    """Return what is changed in *instance*, as it travels."""
    fields = type(instance).__sky_fields__
    return {
        fields[name].wire: access.dump(value)
        if isinstance(value, ACL)
        else values.dump(value)
        for name, value in instance.changes.items()
    }


def _converter(origin: Origin) -> cattrs.Converter:
    """Return a converter of values that is strict, and knows records too."""
    made = values.new_converter()
    configure_union_passthrough(str | int | float | bool | None, made)
    _be_strict(made, is_mapping, dict)
    _be_strict(made, _is_list, list)
    _be_strict(made, _is_class, dict)
    learn_unions(made, _shape_of, _is_class)
    for kind in SCALARS:
        made.register_structure_hook(kind, _load_scalar)
    made.register_structure_hook_func(_is_any, lambda value, _: value)
    made.register_structure_hook_func(partial(_is_of, _TYPED), _load_typed)
    made.register_structure_hook_func(_is_struct, _load_struct)

    made.register_structure_hook_func(_is_literal, _load_literal)
    made.register_structure_hook_func(partial(_is_of, Enum), _load_enum)
    made.register_structure_hook(ACL, lambda value, _: access.load(value))

    def load_whole(value: JSON, model: type[Record]) -> Record:
        return load_record(value, model, origin)

    def load_ref(value: JSON, kind: Any) -> object:
        return _load_ref(value, kind, origin)

    made.register_structure_hook_func(partial(_is_of, Record), load_whole)
    made.register_structure_hook_func(_is_ref, load_ref)
    made.register_unstructure_hook_func(partial(_is_of, Record), _dump_record)
    return made


def _be_strict(made: cattrs.Converter, is_meant: Is, shape: type) -> None:
    """Let *made* read types that are *is_meant* from a *shape* only.

    By itself it takes anything to iterate over, such as a text, for a list.
    """
    busy: list[tuple[int, object]] = []

    def is_new(kind: Any) -> bool:
        return (get_ident(), kind) not in busy and is_meant(kind)

    def wrap(kind: Any) -> Read:
        # what one thread is at says nothing of the others
        mine = get_ident(), kind
        busy.append(mine)
        try:
            inner = made.get_structure_hook(kind, cache_result=False)
        finally:
            busy.remove(mine)

        def load(value: JSON, kind: Any) -> object:
            _check_plain(value, shape)
            return inner(value, kind)

        # cattrs keeps some of its own readers by the type, and asks those first;
        # registering anything makes it forget them
        made.register_structure_hook_func(partial(eq, kind), load)
        return load

    made.register_structure_hook_factory(is_new, wrap)


def _check(value: object, shape: type) -> None:
    if type(value) is not shape:
        msg = f"expected {NAMES[shape]}, got {NAMES[type(value)]}"
        raise TypeError(msg)


def _check_plain(value: JSON, shape: type) -> None:
    _check(value, shape)
    if isinstance(value, dict) and "$type" in value:
        msg = f"expected {NAMES[shape]}, got {shown(value)}"
        raise TypeError(msg)


def _load_scalar(value: JSON, kind: type) -> JSON:
    if kind is float and type(value) is int:
        return float(value)
    _check(value, kind)
    return value


def _load_typed(value: JSON, kind: type) -> object:
    found = values.load(value)
    if not isinstance(found, kind):
        msg = f"expected {kind.__name__}, got {shown(value)}"
        raise TypeError(msg)
    return found


def _load_literal(value: JSON, kind: Any) -> object:
    choices = get_args(kind)
    said = [one.value if isinstance(one, Enum) else one for one in choices]
    for one, known in zip(choices, said, strict=True):
        if known == value and type(known) is type(value):
            return one
    raise _none_of(said, value)


def _load_enum(value: JSON, kind: type[Enum]) -> Enum:
    try:
        return kind(value)
    except ValueError as error:
        raise _none_of((one.value for one in kind), value) from error


def _none_of(allowed: Iterable[object], value: JSON) -> ValueError:
    listed = ", ".join(f"{one!r}" for one in allowed)
    return ValueError(f"expected one of {listed}, got {value!r:.80}")


def _load_struct(value: JSON, kind: Any) -> object:
    return msgspec.convert(values.load(value), kind)


def load_record(value: JSON, model: type[Record], origin: Origin) -> Record:
    """Return the record that *value* says as one of *model* and *origin*.

    Raises:
        TypeError: it is no such record.
    """
    match value:
        case {"$type": "record", "$record": {"_id": str(key), **fields}} if (
            RecordID.parse(key).type == model.__collection__
        ):
            wire = msgspec.json.encode({"_id": key, **fields})
            return model.__sky_make__(wire, origin)
        case _:
            msg = f"expected a record of {model.__name__}, got {shown(value)}"
            raise TypeError(msg)


def _load_ref(value: JSON, kind: Any, origin: Origin) -> object:
    (model,) = get_args(kind)
    match value:
        case {"$type": "ref", "$id": str(text)}:
            found = RecordID.parse(text)
            if found.type == model.__collection__:
                return Reference(model, found.key, origin.backend)
        case {"$type": "record"} if get_origin(kind) is Ref:
            # a record is a reference to itself
            return load_record(value, model, origin)
        case _:
            pass
    msg = f"expected a reference to {model.__name__}, got {shown(value)}"
    raise TypeError(msg)


def _dump_record(instance: Record) -> JSON:
    wire = instance.__sky_wire__
    known: dict[str, JSON] = {} if wire is None else msgspec.json.decode(wire)
    kept = {name: value for name, value in known.items() if name not in _NOT_SENT}
    record = {"_access": None, **kept, "_id": str(instance.id), **changes(instance)}
    return {"$type": "record", "$record": record}


def _unreadable(wanted: object) -> DeclarationError:
    msg = (
        f"no result can be read as {name_of(wanted)}: declare a Record, a class of "
        "attrs, dataclasses or msgspec, or a type of JSON"
    )
    return DeclarationError(msg)


def _is_any(kind: object) -> bool:
    return kind in (Any, object, JSON)


def _is_of(kinds: type | tuple[type, ...], kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, kinds)


def _is_ref(kind: object) -> bool:
    return get_origin(kind) in {Ref, Reference} and _is_of(Record, get_args(kind)[0])


def _is_struct(kind: object) -> bool:
    return _is_of(msgspec.Struct, kind) and not _is_of(_TYPED, kind)


def _is_class(kind: Any) -> bool:
    is_any = attrs.has(kind) or is_dataclass(kind) or is_typeddict(kind)
    return is_any and not _is_of((Record, *_TYPED), kind)


def _shape_of(kind: Any) -> str:
    if kind in SCALARS or _is_literal(kind) or _is_of(Enum, kind):
        return "scalar"
    if _is_of((Record, *_TYPED), kind) or _is_ref(kind):
        return "typed"
    if _is_list(kind) or kind is ACL:
        return "list"
    is_object = (get_origin(kind) or kind) in _MAPPINGS or _is_class(kind)
    return "object" if is_object else "any"


def _is_literal(kind: object) -> bool:
    return get_origin(kind) is Literal


def _is_list(kind: Any) -> bool:
    return is_sequence(kind) or (get_origin(kind) or kind) in _COLLECTIONS


def _said(error: BaseException, _: type | None) -> str:
    return f"there is no {error}" if isinstance(error, KeyError) else str(error)
