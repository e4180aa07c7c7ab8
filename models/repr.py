"""How a record shows itself: short, loaded fields only, no secrets."""

from __future__ import annotations

import reprlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .model import Model

_FIELDS = 6


def show(instance: Model) -> str:
    """Return `Task('key', title='…', …)` with at most six fields."""
    short = reprlib.Repr()
    short.maxstring = short.maxother = 40
    short.maxlist = short.maxdict = 3
    if instance.__sky_wire__ is not None and not instance.__sky_filled__:
        instance.__sky_fill__(instance.__sky_wire__)
    parts = [repr(instance.ref_id)]
    shown = [
        f"{name}={'***' if field.info.secret else short.repr(instance.__dict__[name])}"
        for name, field in instance.__sky_fields__.items()
        if not field.info.read_only and instance.__dict__.get(name) is not None
    ]
    parts += shown[:_FIELDS]
    if len(shown) > _FIELDS:
        parts.append("…")
    return f"{type(instance).__name__}({', '.join(parts)})"
