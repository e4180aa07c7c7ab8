"""Which fields a save would send: values compared with the last answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from skysyn.errors import ConversionError, DeclarationError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .model import Model
    from .spec import Spec

_NESTED: set[type] = {list, dict}


def changed_fields(instance: Model) -> Mapping[str, object]:
    """Return the writable fields that differ from the answer *instance* came from.

    Raises:
        ConversionError: a field holds a value it cannot, or one that only the
            service sets was assigned.
        DeclarationError: an attribute was assigned that is no field.
    """
    fields = instance.__sky_fields__
    changed: dict[str, object] = {}
    before = values_before(instance)
    for name, value in _different(before, instance.__dict__).items():
        if name not in fields:
            _check_attribute(instance, name)
        elif not fields[name].info.read_only:
            checked = _checked(instance, name, value)
            if name not in before or _differs(fields[name].spec, before[name], checked):
                changed[name] = checked
        else:
            raise _read_only(instance, name)
    return changed


def _different(
    before: Mapping[str, object], now: Mapping[str, object]
) -> dict[str, object]:
    # one expression, without calls: it is run for every field of every saved record
    return {
        name: value
        for name, value in now.items()
        if name not in before
        or type(was := before[name]) is not type(value)
        or was != value
        or (type(value) in _NESTED and text_of(was) != text_of(value))
    }


def _differs(spec: Spec, before: object, value: object) -> bool:
    """Whether *value* is another one on the wire too: 1.0 is 1, a record its id."""
    if spec.kind == "json":
        return text_of(before) != text_of(value)
    return spec.kind not in {"float", "ref"} or before != value


def values_before(instance: Model) -> Mapping[str, object]:
    """Return what the service last said of *instance*, by field name."""
    wire = instance.__sky_wire__
    return {} if wire is None else instance.__codec__().values(instance, wire)


def text_of(value: object) -> bytes:
    """Return a text that tells apart 1, True and 1.0, which Python finds equal."""
    return msgspec.json.encode(value, enc_hook=repr, order="deterministic")


def _check_attribute(instance: Model, name: str) -> None:
    if not name.startswith("__sky_"):
        model = type(instance).__name__
        msg = f"{model} has no field {name!r}, but it was assigned: a misspelling?"
        raise DeclarationError(msg)


def _read_only(instance: Model, name: str) -> ConversionError:
    model = type(instance).__name__
    mend = "refresh() drops your change"
    if not instance.is_stored:
        mend = "make the record anew, with_id(…) if it is to have a certain id"
    msg = f"{model}.{name} is set by the service only; {mend}"
    return ConversionError(msg, model=model, field=name)


def _checked(instance: Model, name: str, value: object) -> object:
    field = instance.__sky_fields__[name]
    model = type(instance).__name__
    try:
        checked = field.spec.check(value)
        type(instance).__check_value__(checked)
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
