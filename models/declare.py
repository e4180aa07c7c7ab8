"""How a model class is made of its annotations."""

from __future__ import annotations

import inspect
import sys
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, ForwardRef, cast, get_args, get_origin

import attr
import attrs

from skysyn.errors import DeclarationError

from .acl import ACL
from .expr import UserID
from .fields import Field, FieldInfo, ReadOnly
from .ref import RecordID, Ref
from .spec import Spec, read
from .values import JSON, Asset, GeoJSON, Location, Sequence, Unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from types import FrameType

    from .model import Model

_KNOWN: dict[str, object] = {
    "ACL": ACL,
    "Any": Any,
    "Asset": Asset,
    "ClassVar": ClassVar,
    "Field": Field,
    "GeoJSON": GeoJSON,
    "JSON": JSON,
    "Location": Location,
    "ReadOnly": ReadOnly,
    "RecordID": RecordID,
    "Ref": Ref,
    "Sequence": Sequence,
    "Unknown": Unknown,
    "UserID": UserID,
    "datetime": datetime,
}


class _Names(dict[str, object]):
    """The names an annotation may use; an unknown one is a forward reference."""

    def __init__(self, cls: type) -> None:
        module = sys.modules.get(cls.__module__)
        own: dict[str, object] = dict(vars(module)) if module is not None else {}
        super().__init__({**_KNOWN, **own, **_around(), cls.__name__: cls})

    def __missing__(self, name: str) -> object:
        import builtins  # noqa: PLC0415  # so that `list` and `str` are not forward

        found = getattr(builtins, name, None)
        return ForwardRef(name) if found is None else found


def _around() -> dict[str, object]:
    """Return the names where the class statement stands, such as inside a function."""
    frame: FrameType | None = inspect.currentframe()
    while frame is not None and _is_ours(frame):
        frame = frame.f_back
    return {} if frame is None else {**frame.f_globals, **frame.f_locals}


def _is_ours(frame: FrameType) -> bool:
    return str(frame.f_globals.get("__name__", "")).startswith("skysyn.models")


def declare(cls: type[Model], resolve: Callable[[type[Model], object], Any]) -> None:
    """Make *cls* an attrs class with a descriptor for each annotated field.

    *resolve* finds the model that a reference names.

    Raises:
        DeclarationError: with the class, the field and the mend.
    """
    inherited = _inherited(cls)
    own: dict[str, Field[Any]] = {}
    these: dict[str, Any] = {}
    for name, annotation in _annotations(cls):
        where = f"{cls.__name__}.{name}"
        descriptor = _descriptor(cls, name, annotation, resolve)
        _check_name(cls, name, where, inherited)
        own[name] = descriptor
        these[name] = _attribute(descriptor.info)
    fields = {**inherited, **own}
    _check_wire_names(cls, fields)
    for name in own:
        if name in cls.__dict__:
            delattr(cls, name)
    # not attrs.define: its __setattr__ hooks would make every write slow
    attr.s(cls, these=these, kw_only=True, eq=False, order=False, repr=False)
    for name, descriptor in own.items():
        setattr(cls, name, descriptor)
    cls.__sky_fields__ = fields
    _set_types(cls, fields)


def _inherited(cls: type[Model]) -> dict[str, Field[Any]]:
    merged: dict[str, Field[Any]] = {}
    for base in reversed(cls.__mro__[1:]):
        merged.update(base.__dict__.get("__sky_fields__", {}))
    return merged


def _annotations(cls: type) -> Iterator[tuple[str, object]]:
    names = _Names(cls)
    for name, annotation in inspect.get_annotations(cls).items():
        found = annotation
        if isinstance(annotation, str):
            found = _evaluate(cls, name, annotation, names)
        if ClassVar in {get_origin(found), found}:
            continue
        yield name, found


def _evaluate(cls: type, name: str, text: str, names: Mapping[str, object]) -> object:
    try:
        return eval(text, {}, names)  # noqa: S307  # the class's own annotation
    except Exception as error:
        msg = f"{cls.__name__}.{name}: cannot read the annotation {text!r}: {error}"
        raise DeclarationError(msg) from error


def _descriptor(
    cls: type[Model],
    name: str,
    annotation: object,
    resolve: Callable[[type[Model], object], Any],
) -> Field[Any]:
    origin = get_origin(annotation)
    where = f"{cls.__name__}.{name}"
    if not (isinstance(origin, type) and issubclass(origin, Field)):
        shown = getattr(annotation, "__name__", annotation)
        msg = (
            f"{where}: declare a field as `{name}: Field[{shown}]`, "
            f"or a class attribute as `{name}: ClassVar[{shown}]`"
        )
        raise DeclarationError(msg)
    spec = _spec(cls, where, get_args(annotation)[0], resolve)
    info = _info(cls, name, where, read_only=issubclass(origin, ReadOnly))
    make = cast("Callable[..., Field[Any]]", origin)
    descriptor = make(name, spec, info)
    cls.__check_field__(where, info.wire or name, spec)
    return descriptor


def _spec(
    cls: type[Model],
    where: str,
    annotation: object,
    resolve: Callable[[type[Model], object], Any],
) -> Spec:
    try:
        return read(annotation, lambda target: resolve(cls, target))
    except DeclarationError as error:
        msg = (
            f"{where}: {error}. Fields hold str, int, float, bool, datetime, list, "
            "dict, JSON, Ref[Model], Location, GeoJSON, Asset, Sequence, Unknown, "
            "enums, Literals, TypedDicts and attrs classes, each also `| None`"
        )
        raise DeclarationError(msg) from error


def _info(cls: type[Model], name: str, where: str, *, read_only: bool) -> FieldInfo:
    given = cls.__dict__.get(name, attrs.NOTHING)
    if given is attrs.NOTHING:
        given = FieldInfo()
    if not isinstance(given, FieldInfo):
        msg = f"{where}: write `= field(default={given!r})`, not a bare value"
        raise DeclarationError(msg)
    return attrs.evolve(given, read_only=read_only)


def _attribute(info: FieldInfo) -> Any:
    if info.read_only:
        return attrs.field(init=False)
    if info.factory is not None:
        return attrs.field(factory=info.factory, validator=info.validator)
    return attrs.field(default=info.default, validator=info.validator)


def _check_name(
    cls: type[Model], name: str, where: str, inherited: Mapping[str, object]
) -> None:
    if name in inherited:
        return
    if name.startswith("_"):
        msg = f"{where}: a field name does not start with `_`; use field(wire=…)"
        raise DeclarationError(msg)
    if any(name in vars(base) for base in cls.__mro__[1:]):
        msg = (
            f"{where}: {name!r} is a method or attribute of every model; "
            f"name the field {name}_ and say field(wire={name!r})"
        )
        raise DeclarationError(msg)


def _check_wire_names(cls: type[Model], fields: Mapping[str, Field[Any]]) -> None:
    seen: dict[str, str] = {}
    for name, descriptor in fields.items():
        wire = descriptor.wire
        if wire in seen:
            msg = (
                f"{cls.__name__}.{name}: the wire name {wire!r} is already "
                f"{cls.__name__}.{seen[wire]}; give one of them another field(wire=…)"
            )
            raise DeclarationError(msg)
        seen[wire] = name


def _set_types(cls: type[Model], fields: Mapping[str, Field[Any]]) -> None:
    """Tell attrs the value types, as `attrs.resolve_types` would."""
    for attribute in attrs.fields(cast("type[attrs.AttrsInstance]", cls)):
        spec = fields[attribute.name].spec
        object.__setattr__(attribute, "type", spec.annotation)
    vars_of: Any = cls
    vars_of.__attrs_types_resolved__ = cls
