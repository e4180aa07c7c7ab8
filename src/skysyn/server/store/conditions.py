"""Conditions: what Skygear's conditions mean in SQL, with three-valued logic."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    FromClause,
    and_,
    cast,
    false,
    func,
    literal,
    null,
    select,
    true,
)

from skysyn.dialects.skygear.refusals import unexpected
from skysyn.models import (
    Compare,
    Contains,
    Distance,
    GeoJSON,
    In,
    Like,
    Location,
    Path,
    Predicate,
    Related,
    Within,
)

from . import geometry, predicates, spheres, system, texts
from .keypaths import Keypaths
from .kinds import Kind
from .operands import Field, coerce, folded, incomparable, ordered
from .predicates import COMPARISONS

if TYPE_CHECKING:
    from collections.abc import Callable

    from .caller import Caller, Scope
    from .catalog import RecordType
    from .store import Work


class Conditions:
    """Says predicates about one record type in SQL; *table* is as in `Keypaths`."""

    def __init__(
        self,
        work: Work,
        owner: RecordType,
        caller: Caller,
        scope: Scope,
        table: FromClause | None = None,
    ) -> None:
        self._work = work
        self._caller = caller
        self._paths = Keypaths(work, owner, caller, scope, table)

    @property
    def source(self) -> FromClause:
        """The records, with the joins that the conditions said so far need."""
        return self._paths.source

    def visible(self) -> ColumnElement[bool]:
        """Return the condition that the caller may see a record."""
        return self._paths.visible()

    def where(self, predicate: Predicate) -> ColumnElement[bool]:
        """Return the condition that *predicate* says."""
        return predicates.where(predicate, self)

    def condition(self, predicate: Predicate, /) -> ColumnElement[bool]:
        """Return what a *predicate* says that joins no others."""
        match predicate:
            case Compare():
                return self._compare(predicate)
            case Like():
                return self._like(predicate)
            case In():
                return self._in(predicate)
            case Contains():
                return self._contains(predicate)
            case Within():
                return self._within(predicate)
            case Related():
                return self._related(predicate)
            case _:
                msg = "no such predicate"
                raise unexpected(msg)

    def order_key(self, by: Path | Distance) -> ColumnElement[Any]:
        """Return what to sort by."""
        if isinstance(by, Distance):
            return self.distance(by)
        if not self._paths.has(by):
            msg = f'cannot sort by "{by}"'
            raise unexpected(msg)
        return ordered(self._paths.field(by), is_sqlite=self._work.is_sqlite)

    def distance(self, asked: Distance) -> ColumnElement[Any]:
        """Return the metres between a place in a field and another."""
        return spheres.metres(self._place(asked), asked.place)

    def _place(self, asked: Distance) -> ColumnElement[Any]:
        if not self._paths.has(asked.path):
            msg = f'no distance from "{asked.path}"'
            raise unexpected(msg)
        field = self._paths.field(asked.path)
        if field.kind.name != "location":
            msg = f'"{asked.path}" is no place'
            raise unexpected(msg)
        return field.column

    def _compare(self, predicate: Compare) -> ColumnElement[bool]:
        match predicate:
            case (
                Compare(
                    op="lt", left=Distance() as asked, right=int() | float() as limit
                )
                | Compare(
                    op="gt", left=int() | float() as limit, right=Distance() as asked
                )
            ) if not isinstance(limit, bool):
                is_sqlite, column = self._work.is_sqlite, self._place(asked)
                return spheres.near(column, asked.place, limit, is_sqlite=is_sqlite)
            case _:
                pass
        left, right = self._operand(predicate.left), self._operand(predicate.right)
        if left is None or right is None:
            return self._compare_null(predicate.op, right if left is None else left)
        op = COMPARISONS[predicate.op]
        match left, right:
            case Field(), Field():
                if left.group != right.group:
                    raise incomparable(left.kind)
            case Field(), _:
                right = self._value(right, left)
            case _, Field():
                left = self._value(left, right)
            case _:
                return _constant(op, left, right)
        if _includes_limit(predicate):
            op = operator.le if predicate.op == "lt" else operator.ge
        return self._applied(op, left, right, exact=predicate.op in {"eq", "neq"})

    def _operand(self, operand: object) -> object:
        match operand:
            case Path():
                return self._paths.field(operand)
            case Distance():
                return Field(self.distance(operand), Kind("number"))
            case _:
                return operand

    def _compare_null(self, op: str, other: object) -> ColumnElement[bool]:
        column = other.column if isinstance(other, Field) else literal(other)
        if op == "eq":
            return true() if other is None else column.is_(None)
        if op == "neq":
            return false() if other is None else column.is_not(None)
        return _nothing()

    def _value(self, value: object, beside: Field) -> Field:
        found = coerce(value, beside)
        return Field(literal(found, beside.column.type), beside.kind)

    def _applied(
        self, op: Callable[[Any, Any], Any], left: object, right: object, *, exact: bool
    ) -> ColumnElement[bool]:
        sides: list[ColumnElement[Any]] = []
        for side, other in ((left, right), (right, left)):
            if not isinstance(side, Field) or not isinstance(other, Field):
                msg = "a comparison needs two sides"
                raise unexpected(msg)
            sides.append(self._side(side, other, exact=exact))
        found: ColumnElement[bool] = op(*sides)
        return found

    def _side(self, side: Field, other: Field, *, exact: bool) -> ColumnElement[Any]:
        is_sqlite = self._work.is_sqlite
        if "citext" in {side.kind.name, other.kind.name}:
            return folded(side.column, is_sqlite=is_sqlite)
        return side.column if exact else ordered(side, is_sqlite=is_sqlite)

    def _like(self, predicate: Like) -> ColumnElement[bool]:
        field = self._paths.field(predicate.path)
        if field.group != "text" or "\0" in predicate.pattern:
            raise incomparable(field.kind)
        is_sqlite = self._work.is_sqlite
        column, pattern = field.column, predicate.pattern
        if predicate.any_case or field.kind.name == "citext":
            column, pattern = folded(column, is_sqlite=is_sqlite), pattern.lower()
        try:
            return texts.like(column, pattern, is_sqlite=is_sqlite)
        except ValueError as error:
            raise unexpected(str(error)) from None

    def _in(self, predicate: In) -> ColumnElement[bool]:
        field = self._paths.field(predicate.path)
        if not predicate.values:
            return _nothing()  # and its negation holds for nothing either
        values = [
            null() if value is None else self._value(value, field).column
            for value in predicate.values
        ]
        return field.column.in_(values)

    def _contains(self, predicate: Contains) -> ColumnElement[bool]:
        field = self._paths.field(predicate.path)
        if field.kind.name != "json":
            raise incomparable(field.kind)
        if not isinstance(predicate.item, str):
            return false()
        if self._work.is_sqlite:
            return func.sky_contains(field.column, predicate.item) == 1
        return func.jsonb_exists(field.column, predicate.item, type_=Boolean)

    def _within(self, predicate: Within) -> ColumnElement[bool]:
        point = self._geometry(predicate.point, "location")
        area = self._geometry(predicate.area, "geometry")
        return spheres.within(point, area, is_sqlite=self._work.is_sqlite)

    def _geometry(self, operand: object, wanted: str) -> ColumnElement[Any]:
        match operand:
            case Path():
                field = self._paths.field(operand)
                if field.kind.name != wanted:
                    raise incomparable(field.kind)
                return field.column
            case GeoJSON() if not geometry.is_geometry(operand.geometry):
                msg = "invalid GeoJSON geometry"
                raise unexpected(msg)
            case Location() | GeoJSON():
                return spheres.constant(operand, is_sqlite=self._work.is_sqlite)
            case _:
                msg = "no place and no geometry"
                raise unexpected(msg)

    def _related(self, predicate: Related) -> ColumnElement[bool]:
        column = self._paths.field(predicate.path).column
        table = system.RELATIONS[predicate.relation]
        mine, theirs = table.c.left_id, table.c.right_id
        me = self._caller.user_id
        if me is None:
            return false()
        outward = column.in_(select(theirs).where(mine == me))
        inward = column.in_(select(mine).where(theirs == me))
        match predicate.direction:
            case "outward":
                return outward
            case "inward":
                return inward
            case "mutual":
                return and_(outward, inward)


def _constant(
    op: Callable[[Any, Any], Any], left: object, right: object
) -> ColumnElement[bool]:
    """Return the comparison of two values; they must be of one type."""
    numbers = all(isinstance(v, (int, float)) for v in (left, right))
    if numbers or type(left) is type(right):
        try:
            return true() if op(left, right) else false()
        except TypeError:
            pass
    msg = "the two values cannot be compared"
    raise unexpected(msg)


def _includes_limit(predicate: Compare) -> bool:
    """Whether this is the form of distance that includes the limit."""
    return (predicate.op == "lt" and isinstance(predicate.left, Distance)) or (
        predicate.op == "gt" and isinstance(predicate.right, Distance)
    )


def _nothing() -> ColumnElement[bool]:
    """Return what is neither true nor false."""
    return cast(null(), Boolean)
