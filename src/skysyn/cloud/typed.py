"""Typed records: those of declared classes, over what a server sends of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from skysyn.dialects.skygear.model import Record
from skysyn.dialects.skygear.results import changes
from skysyn.models import JSON, Origin

from .records import load_meta

if TYPE_CHECKING:
    from collections.abc import Mapping

M = TypeVar("M", bound=Record)

_PARTS = ("_id", "_ownerID", "_access")


def load(model: type[M], wire: Mapping[str, JSON]) -> M:
    """Return the record in *wire* as an instance of *model*."""
    return model.__sky_make__(msgspec.json.encode(wire), Origin(None))


def dump(instance: Record, wire: Mapping[str, JSON]) -> dict[str, JSON]:
    """Return *wire*, which *instance* was made over, with its changes.

    Raises:
        ConversionError: a field holds what it cannot.
    """
    kept = {
        name: value
        for name, value in wire.items()
        if not name.startswith("_") or name in _PARTS
    }
    return {**kept, **load_meta(wire), **changes(instance)}


def dump_whole(instance: Record) -> dict[str, JSON]:
    """Return *instance* as it travels, with changes that are not saved yet."""
    wire = instance.__sky_wire__
    if wire is not None:
        return dump(instance, msgspec.json.decode(wire, type=dict[str, Any]))
    return {"_id": str(instance.id), "_access": None, **changes(instance)}
