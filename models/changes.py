"""Which fields a save would send: values compared with the last answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skysyn.errors import ConversionError, DeclarationError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .model import Model


def changed_fields(instance: Model) -> Mapping[str, object]:
    """Return the writable fields that differ from the answer *instance* came from.

    Raises:
        ConversionError: a field holds a value it cannot, or one that only the
            service sets was assigned.
        DeclarationError: an attribute was assigned that is no field.
    """
    _check_attributes(instance)
    before = _before(instance)
    changed: dict[str, object] = {}
    for name, field in instance.__sky_fields__.items():
        if name not in instance.__dict__:
            continue
        value = instance.__dict__[name]
        if name in before and _same(before[name], value):
            continue
        if field.info.read_only:
            if name == instance.__key_field__ and not instance.is_stored:
                continue
            raise _read_only(instance, name)
        changed[name] = _checked(instance, name, value)
    return changed


def _before(instance: Model) -> Mapping[str, object]:
    wire = instance.__sky_wire__
    return {} if wire is None else instance.__codec__().values(instance, wire)


def _same(before: object, value: object) -> bool:
    if before is value:
        return True
    return type(before) is type(value) and bool(before == value)


def _check_attributes(instance: Model) -> None:
    fields = instance.__sky_fields__
    for name in instance.__dict__:
        if name not in fields and not name.startswith("__sky_"):
            model = type(instance).__name__
            msg = f"{model} has no field {name!r}, but it was assigned: a misspelling?"
            raise DeclarationError(msg)


def _read_only(instance: Model, name: str) -> ConversionError:
    model = type(instance).__name__
    msg = f"{model}.{name} is set by the service only; refresh() drops your change"
    return ConversionError(msg, model=model, field=name)


def _checked(instance: Model, name: str, value: object) -> object:
    field = instance.__sky_fields__[name]
    model = type(instance).__name__
    try:
        checked = field.spec.check(value)
    except ConversionError as error:
        msg = f"{model}.{name}: {error}"
        raise ConversionError(
            msg, model=model, field=name, path=error.path, value=value
        ) from error
    if field.info.validator is not None:
        _validate(instance, name, value)
    return checked


def _validate(instance: Model, name: str, value: object) -> None:
    validator = instance.__sky_fields__[name].info.validator
    attribute = next(a for a in instance.__attrs_attrs__ if a.name == name)
    if validator is not None:
        validator(instance, attribute, value)
