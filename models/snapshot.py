"""Snapshot: what a record holds at a moment, to tell later what has changed since."""

from __future__ import annotations

from copy import deepcopy
from datetime import datetime
from operator import is_
from types import NoneType
from typing import TYPE_CHECKING

import msgspec

from .acl import ACL
from .changes import text_of, values_before
from .model import Model
from .plain import is_list, is_object
from .ref import RecordID, Reference
from .values import Asset, Location, Sequence, Unknown

if TYPE_CHECKING:
    from collections.abc import Mapping

_FIXED: frozenset[type] = frozenset(
    {str, int, float, bool, NoneType, datetime}
    | {ACL, Asset, Location, RecordID, Reference, Sequence, Unknown}
)
"""Types of which a value does not change, only give way to another."""

_ABSENT = object()


class Snapshot(msgspec.Struct, frozen=True, gc=False):
    """The attributes that a record *held*, and *texts* of those that can change inside.

    A struct, and compared by identity first: saving thousands of records makes one of
    each, and nearly none of them changes meanwhile.
    """

    held: dict[str, object]
    texts: dict[str, object]

    @classmethod
    def of(cls, instance: Model) -> Snapshot:
        """Take one of *instance*."""
        held = instance.__dict__.copy()
        return cls(held, _texts(instance, held))

    def changes(self, instance: Model) -> dict[str, object]:
        """Return the fields of *instance* that were assigned or changed since.

        Other than `Model.changes` it checks nothing, and tells what was set back too.
        """
        # a copy, because other threads may assign meanwhile
        now, held = instance.__dict__.copy(), self.held
        if now.keys() != held.keys() or not all(map(is_, now.values(), held.values())):
            return self._assigned(instance, now)
        return {
            name: now[name]
            for name, text in self.texts.items()
            if _text(now[name]) != text
        }

    def _assigned(
        self, instance: Model, now: Mapping[str, object]
    ) -> dict[str, object]:
        fields = instance.__sky_fields__
        marks = self._marks(instance, now)
        return {
            name: value
            for name, value in now.items()
            if name in fields and _differs(marks.get(name, _ABSENT), value)
        }

    def _marks(self, instance: Model, now: Mapping[str, object]) -> dict[str, object]:
        """Return what to compare *now* with: what loading has set is no change."""
        own = self.held | self.texts
        if instance.__sky_wire__ is not self.held.get("__sky_wire__"):
            own = {}
        elif now.keys() <= own.keys():
            return own
        loaded = values_before(instance)
        return {**loaded, **_texts(instance, loaded), **own}


def separate(value: object) -> object:
    """Return a copy of *value* that its later changes do not reach."""
    # most values are plain, of which deepcopy() keeps account at length
    if is_list(value):
        return [separate(one) for one in value]
    if is_object(value):
        return {name: separate(one) for name, one in value.items()}
    return value if _is_fixed(value) else deepcopy(value)


def _is_fixed(value: object) -> bool:
    return type(value) in _FIXED or isinstance(value, Model)


def _texts(instance: Model, values: Mapping[str, object]) -> dict[str, object]:
    fields = instance.__sky_fields__
    return {
        name: _text(value)
        for name, value in values.items()
        if type(value) not in _FIXED and name in fields and not _is_fixed(value)
    }


def _differs(mark: object, value: object) -> bool:
    now = value if _is_fixed(value) else _text(value)
    return type(mark) is not type(now) or mark != now


def _text(value: object) -> object:
    try:
        return text_of(value)
    except (msgspec.MsgspecError, TypeError, ValueError, RecursionError):
        # equal to nothing, as no service can have answered with this
        return object()
