"""Conditions: recorded predicates as expressions on class attributes."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any

import attrs

from skysyn.models import And, DictExpr, DistanceExpr, GeoExpr, Or

from .inexpressible import Inexpressible
from .kinds import python

if TYPE_CHECKING:
    from collections.abc import Callable

    from skysyn import JSON

    from .classes import Models

COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    "eq": operator.eq,
    "neq": operator.ne,
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
}


@attrs.frozen
class Conditions:
    """Writes the predicates of queries for records of one type."""

    models: Models
    type: str

    def predicate(self, data: JSON) -> Any:
        """Return what a user would pass to `.filter()`."""
        match data:
            case []:
                return []
            case [("and" | "or") as name, *rest]:
                return self._combined(name, [self.predicate(item) for item in rest])
            case ["not", operand]:
                return ~self.predicate(operand)
            case ["func", "userRelation", path, relation]:
                return self._related(path, relation)
            case [str(op), left, right] if op in COMPARISONS:
                return self._compared(op, self.operand(left), self.operand(right))
            case [("like" | "ilike") as op, path, pattern]:
                return getattr(self.field(path), op)(python(pattern, self.models))
            case ["in", left, right]:
                return self._in(left, right)
            case _:
                msg = f"no predicate: {data!r:.60}"
                raise Inexpressible(msg)

    def _combined(self, name: str, operands: list[Any]) -> Any:
        if not operands:
            return And(()) if name == "and" else Or(())
        first, *rest = operands
        if not rest:
            msg = f"`{name}` of one condition is that condition"
            raise Inexpressible(msg)
        for operand in rest:
            first = first & operand if name == "and" else first | operand
        return first

    def _compared(self, op: str, left: Any, right: Any) -> Any:
        try:
            return COMPARISONS[op](left, right)
        except TypeError as error:
            msg = f"the field has no order: {error}"
            raise Inexpressible(msg) from error

    def _related(self, path: JSON, relation: JSON) -> Any:
        match relation:
            case {"$name": str(name), "$direction": direction} if name[:1] == "_":
                return self.field(path).related(name[1:], direction)
            case _:
                msg = "`related` says `_follow` or `_friend`, and always a direction"
                raise Inexpressible(msg)

    def _in(self, left: JSON, right: JSON) -> Any:
        if is_keypath(left):
            field = self.field(left)
            if isinstance(right, (list, str)):
                return field.is_in(python(right, self.models))
            if not isinstance(field, GeoExpr):
                msg = "`is_in` takes values, not a field"
                raise Inexpressible(msg)
            return field.within(self.operand(right))
        if not is_keypath(right):
            msg = "`in` without a field"
            raise Inexpressible(msg)
        holder = self.field(right)
        item = python(left, self.models)
        if isinstance(holder, DictExpr):
            return holder.has_key(item)
        return holder.contains(item)

    def operand(self, data: JSON) -> Any:
        """Return one side of a comparison."""
        match data:
            case ["func", "distance", path, place] if is_keypath(path):
                return self.field(path).distance_to(python(place, self.models))
            case ["func", *_]:
                msg = "no such function call"
                raise Inexpressible(msg)
            case {"$type": "keypath"}:
                return self.field(data)
            case _:
                return python(data, self.models)

    def field(self, data: JSON) -> Any:
        """Return the expression for a keypath."""
        match data:
            case {"$type": "keypath", "$val": str(text)} if text:
                first, *rest = text.split(".")
            case _:
                msg = f"not a field: {data!r:.60}"
                raise Inexpressible(msg)
        type_ = self.type
        found: Any = getattr(self.models[type_], self.models.attribute(type_, first))
        previous = first
        for name in rest:
            through = found.to
            type_ = self.models.target(type_, previous)
            found = getattr(through, self.models.attribute(type_, name))
            previous = name
        return found

    def order(self, data: JSON) -> Any:
        """Return what a user would pass to `.order_by()`."""
        match data:
            case [by, ("asc" | "desc") as ordering]:
                found = self.operand(by)
                if not hasattr(found, ordering):
                    msg = "only fields and distances sort"
                    raise Inexpressible(msg)
                return getattr(found, ordering)()
            case _:
                msg = f"no sort key: {data!r:.60}"
                raise Inexpressible(msg)

    def key(self, data: JSON) -> Any:
        """Return what a user would pass to `.only()`."""
        if isinstance(data, str):
            return self.field({"$type": "keypath", "$val": data})
        msg = "only fields are selected"
        raise Inexpressible(msg)

    def included(self, data: JSON) -> Any:
        """Return what a user would pass to `.include()`."""
        found = self.operand(data)
        if is_keypath(data) or isinstance(found, DistanceExpr):
            return found
        msg = "only fields and distances are included"
        raise Inexpressible(msg)


def is_keypath(data: JSON) -> bool:
    """Whether *data* is a field of a query."""
    return isinstance(data, dict) and data.get("$type") == "keypath"
