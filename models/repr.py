"""How a record shows itself: short, loaded fields only, no secrets."""

from __future__ import annotations

import reprlib
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING

from skysyn.errors import SkysynError

from .ref import is_ref, is_reference

if TYPE_CHECKING:
    from .model import Model

_FIELDS = 6


def _key(instance: Model) -> str:
    try:
        return repr(instance.ref_id)
    except SkysynError:
        return "?"


def _value(short: reprlib.Repr, instance: Model, name: str) -> str:
    value: object = instance.__dict__[name]
    if isinstance(value, datetime):
        return value.isoformat()
    if is_reference(value) or not is_ref(value):
        return short.repr(value)
    # records as references to them: they may lead to each other in a circle
    return f"Ref({type(value).__name__}, {value.ref_id!r})"


def show(instance: Model) -> str:
    """Return `Task('key', title='…', …)` with at most six fields."""
    short = reprlib.Repr()
    short.maxstring = short.maxother = 40
    short.maxlist = short.maxdict = 3
    # a record that cannot be read still has to be shown, in logs above all
    with suppress(SkysynError):
        if instance.__sky_wire__ is not None and not instance.__sky_filled__:
            instance.__sky_fill__(instance.__sky_wire__)
    parts = [_key(instance)]
    shown = [
        f"{name}={'***' if field.info.secret else _value(short, instance, name)}"
        for name, field in instance.__sky_fields__.items()
        if not field.info.read_only and instance.__dict__.get(name) is not None
    ]
    parts += shown[:_FIELDS]
    if len(shown) > _FIELDS:
        parts.append("…")
    return f"{type(instance).__name__}({', '.join(parts)})"
