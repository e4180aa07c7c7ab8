"""Predicates and orders on rows, with SQL's three-valued logic."""

from __future__ import annotations

import operator
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

Row = dict[str, Any]

COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq,
    "neq": operator.ne,
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
}
COLUMNS = {"_owner_id": "_ownerID", "_owner": "_ownerID"}


def holds(predicate: list[Any], row: Row) -> bool | None:
    """Return whether *predicate* holds for *row*; None where SQL says NULL."""
    match predicate:
        case ["and", *operands]:
            return every([holds(operand, row) for operand in operands])
        case ["or", *operands]:
            found = every([negated(holds(operand, row)) for operand in operands])
            return negated(found)
        case ["not", operand]:
            return negated(holds(operand, row))
        case ["in", field, values]:
            held = column(field, row)
            return None if held is None else held in map(plain, values)
        case [str(op), left, right]:
            return compare(op, left, right, row)
        case _:
            msg = f"not a predicate: {predicate}"
            raise ValueError(msg)


def every(truths: list[bool | None]) -> bool | None:
    if False in truths:
        return False
    return None if None in truths else True


def negated(truth: bool | None) -> bool | None:
    return None if truth is None else not truth


def compare(op: str, left: Any, right: Any, row: Row) -> bool | None:
    if right is None and op in {"eq", "neq"}:
        return (column(left, row) is None) == (op == "eq")
    sides = side(left, row), side(right, row)
    return None if None in sides else COMPARISONS[op](*sides)


def side(operand: Any, row: Row) -> Any:
    is_path = isinstance(operand, dict) and "$val" in operand
    return column(operand, row) if is_path else plain(operand)


def column(path: Any, row: Row) -> Any:
    wanted: str = path["$val"]
    name = COLUMNS.get(wanted, wanted)
    value = plain(row.get(name))
    if name in {"_created_at", "_updated_at"}:
        return datetime.fromisoformat(value)
    return value.partition("/")[2] if name == "_id" else value


def plain(value: Any) -> Any:
    """Return *value* as the database compares it."""
    match value:
        case {"$type": "date", "$date": str(text)}:
            return datetime.fromisoformat(text)
        case {"$type": "ref", "$id": str(text)}:
            return text.partition("/")[2]
        case _:
            return value


def arrange(rows: list[Row], orders: list[Any]) -> list[Row]:
    """Return *rows* sorted, those without a value last going up, first going down."""
    for path, ordering in reversed(orders):
        key = partial(sort_key, path)
        rows = sorted(rows, key=key, reverse=ordering == "desc")
    return rows


def sort_key(path: Any, row: Row) -> tuple[bool, Any]:
    value = column(path, row)
    return value is None, value
