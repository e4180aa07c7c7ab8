"""Predicates: which records a query finds."""

from __future__ import annotations

from typing import Any


class Predicate:
    """Conditions on fields: `Predicate(title__eq="x", n__gt=5, op=Predicate.OR)`.

    They are combined by `&`, `|` and `~`; those of one predicate are sorted by name.
    """

    AND = "and"
    OR = "or"
    NOT = "not"

    def __init__(self, *, op: str = AND, **conditions: Any) -> None:
        self.op = op
        self.conditions: list[Predicate | tuple[str, Any]] = [
            (name, conditions[name]) for name in sorted(conditions)
        ]

    def __and__(self, other: Predicate) -> Predicate:
        return _combined(Predicate.AND, self, other)

    def __or__(self, other: Predicate) -> Predicate:
        return _combined(Predicate.OR, self, other)

    def __invert__(self) -> Predicate:
        found = Predicate(op=Predicate.NOT)
        found.conditions = [self]
        return found

    def to_dict(self) -> list[Any]:
        """Return this predicate as it travels; an empty list says nothing."""
        parts = [_dump(condition) for condition in self.conditions]
        if not parts:
            return []
        if len(parts) == 1 and self.op != Predicate.NOT:
            return parts[0]
        return [self.op, *parts]


def _combined(op: str, one: Predicate, other: Predicate) -> Predicate:
    found = Predicate(op=op)
    if one.op != op:
        found.conditions = [one, other]
    elif other.op == op:
        found.conditions = [*one.conditions, *other.conditions]
    else:
        found.conditions = [*one.conditions, other]
    return found


def _dump(condition: Predicate | tuple[str, Any]) -> list[Any]:
    if isinstance(condition, Predicate):
        return condition.to_dict()
    name, value = condition
    field, separator, op = name.rpartition("__")
    if not separator:
        msg = f"{name!r} names no operator: write {name}__eq=…"
        raise ValueError(msg)
    return [op, {"$type": "keypath", "$val": field}, value]
