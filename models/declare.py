"""How a model class is made of its annotations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast, get_args, get_origin

import attr
import attrs

from skysyn.errors import ConversionError, DeclarationError

from .annotations import is_field, read_annotations
from .fields import Field, FieldInfo, ReadOnly
from .spec import Spec, read

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .model import Model


def declare(cls: type[Model], resolve: Callable[[type[Model], object], Any]) -> None:
    """Make *cls* an attrs class with a descriptor for each annotated field.

    *resolve* finds the model that a reference names.

    Raises:
        DeclarationError: with the class, the field and the mend.
    """
    _check_bases(cls)
    inherited = _inherited(cls)
    own: dict[str, Field[Any]] = {}
    these: dict[str, Any] = {}
    for name, annotation in read_annotations(cls):
        where = f"{cls.__name__}.{name}"
        descriptor = _descriptor(cls, name, annotation, resolve)
        _check_name(cls, name, where, inherited)
        own[name] = descriptor
        these[name] = _attribute(descriptor.info)
    _check_attributes(cls, own, inherited)
    fields = {**inherited, **own}
    _check_wire_names(cls, fields)
    for name in own:
        if name in cls.__dict__:
            delattr(cls, name)
    # not attrs.define: its __setattr__ hooks would make every write slow
    attr.s(
        cls,
        these=these,
        kw_only=True,
        eq=False,
        order=False,
        repr=False,
        collect_by_mro=True,
    )
    for name, descriptor in own.items():
        setattr(cls, name, descriptor)
    cls.__sky_fields__ = fields
    _set_types(cls, fields)


def _inherited(cls: type[Model]) -> dict[str, Field[Any]]:
    merged: dict[str, Field[Any]] = {}
    for base in reversed(cls.__mro__[1:]):
        named = base.__dict__.get("__sky_fields__", {})
        # by its own descriptors: what a base inherits, another may declare anew
        merged.update({k: v for k, v in vars(base).items() if k in named})
    return merged


def _descriptor(
    cls: type[Model],
    name: str,
    annotation: object,
    resolve: Callable[[type[Model], object], Any],
) -> Field[Any]:
    where = f"{cls.__name__}.{name}"
    if annotation is Field or annotation is ReadOnly:
        msg = f"{where}: say what the field holds, as in `{name}: Field[str]`"
        raise DeclarationError(msg)
    if not is_field(annotation):
        shown = getattr(annotation, "__name__", annotation)
        msg = (
            f"{where}: declare a field as `{name}: Field[{shown}]`, "
            f"or a class attribute as `{name}: ClassVar[{shown}]`"
        )
        raise DeclarationError(msg)
    spec = _spec(cls, where, get_args(annotation)[0], resolve)
    make = cast("type[Field[Any]]", get_origin(annotation))
    info = _info(cls, name, where, read_only=issubclass(make, ReadOnly))
    _check_default(where, spec, info)
    descriptor = cast("Callable[..., Field[Any]]", make)(name, spec, info)
    cls.__check_field__(where, descriptor.wire, spec)
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


def _check_default(where: str, spec: Spec, info: FieldInfo) -> None:
    has_default = info.default is not attrs.NOTHING or info.factory is not None
    if info.read_only and has_default:
        msg = f"{where}: the service sets it, so it has no default: leave that out"
        raise DeclarationError(msg)
    if info.default is not attrs.NOTHING and info.factory is not None:
        msg = f"{where}: field() takes a default or a factory, not both"
        raise DeclarationError(msg)
    # what can be changed has no hash
    if type(info.default).__hash__ is None:
        kind = type(info.default).__name__
        msg = f"{where}: a {kind} as default is shared: use field(factory={kind})"
        raise DeclarationError(msg)
    # the model of a reference may not be declared yet
    if info.default is attrs.NOTHING or spec.kind == "ref":
        return
    try:
        spec.check(info.default)
    except ConversionError as error:
        msg = f"{where}: the default does not fit: {error}"
        raise DeclarationError(msg) from error


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


def _check_bases(cls: type[Model]) -> None:
    """Refuse fields of a base that is no model: nothing would make them fields."""
    for base in cls.__mro__[1:]:
        if hasattr(base, "__sky_fields__") or base.__module__ == "typing":
            continue
        for name, annotation in read_annotations(base):
            if is_field(annotation):
                model = next(b for b in cls.__mro__ if "__family__" in vars(b))
                msg = (
                    f"{base.__name__}.{name}: {base.__name__} is no model, so its "
                    f"fields are lost; declare "
                    f"`class {base.__name__}({model.__name__}, abstract=True)`"
                )
                raise DeclarationError(msg)


def _check_attributes(
    cls: type[Model], own: Mapping[str, object], inherited: Mapping[str, object]
) -> None:
    for name, value in vars(cls).items():
        if name in own:
            continue
        if isinstance(value, FieldInfo):
            msg = f"{cls.__name__}.{name}: annotate it, as in `{name}: Field[str] = …`"
            raise DeclarationError(msg)
        if name in inherited:
            msg = (
                f"{cls.__name__}.{name}: this hides the field of a base class: take "
                f"another name, or declare it anew as `{name}: Field[…] = field(…)`"
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
