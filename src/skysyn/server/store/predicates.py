"""Predicates: how conditions are joined in SQL, whatever they mean to a service."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any, Protocol

from sqlalchemy import ColumnElement, and_, not_, or_

from skysyn.models import And, Comparison, Not, Or, Predicate

if TYPE_CHECKING:
    from collections.abc import Callable

COMPARISONS: dict[Comparison, Callable[[Any, Any], ColumnElement[bool]]] = {
    "eq": operator.eq,
    "neq": operator.ne,
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
}
"""What each comparison is in SQL."""


class Operators(Protocol):
    """What the conditions of one service mean on its fields."""

    def condition(self, predicate: Predicate, /) -> ColumnElement[bool]:
        """Return what a *predicate* says that joins no others.

        Raises:
            RemoteError: it says nothing about these fields.
        """
        ...


def where(predicate: Predicate, operators: Operators) -> ColumnElement[bool]:
    """Return the condition that *predicate* says, by the *operators* of a service.

    SQL's logic has three values; operators that never yield NULL make it two.
    """
    match predicate:
        case And(operands=operands):
            return and_(*(where(item, operators) for item in operands))
        case Or(operands=operands):
            return or_(*(where(item, operators) for item in operands))
        case Not(operand=operand):
            return not_(where(operand, operators))
        case _:
            return operators.condition(predicate)
