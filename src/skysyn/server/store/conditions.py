"""Conditions: predicates as SQL, with the three-valued logic of the original."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import (
    Boolean,
    ColumnElement,
    Double,
    FromClause,
    and_,
    case,
    cast,
    false,
    func,
    literal,
    not_,
    null,
    or_,
    select,
    true,
)

from skysyn.dialects.skygear.refusals import refuse, unexpected
from skysyn.models import (
    And,
    Compare,
    Contains,
    Distance,
    GeoJSON,
    In,
    Like,
    Location,
    Not,
    Or,
    Path,
    Predicate,
    Related,
    Within,
)

from . import geometry, rights, system
from .functions import EARTH
from .kinds import Kind, dump
from .operands import KEY, Field, coerce, folded, incomparable, ordered

if TYPE_CHECKING:
    from collections.abc import Callable

    from .caller import Caller, Scope
    from .catalog import RecordType
    from .store import Work

_META: dict[str, tuple[str, Kind]] = {
    "_id": ("_id", KEY),
    "_ownerID": ("_owner_id", KEY),
    "_created_by": ("_created_by", KEY),
    "_updated_by": ("_updated_by", KEY),
    "_created_at": ("_created_at", Kind("datetime")),
    "_updated_at": ("_updated_at", Kind("datetime")),
    "_access": ("_access", Kind("json")),
    "_database_id": ("_database_id", Kind("string")),
}
_OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "eq": operator.eq,
    "neq": operator.ne,
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
}


class Conditions:
    """Says predicates about one record type in SQL, collecting the joins they need.

    *table* holds the records, if that is not where they are stored.
    """

    def __init__(
        self,
        work: Work,
        owner: RecordType,
        caller: Caller,
        scope: Scope,
        table: FromClause | None = None,
    ) -> None:
        self._work = work
        self._owner = owner
        self._table = owner.table if table is None else table
        self._caller = caller
        self._scope = scope
        self._joined: dict[str, FromClause] = {}
        self.source: FromClause = self._table

    def visible(self) -> ColumnElement[bool]:
        """Return the condition that the caller may see a record."""
        return self._visible(self._table)

    def _visible(self, table: FromClause) -> ColumnElement[bool]:
        if self._scope.is_union:
            return true()
        there = table.c["_database_id"] == self._scope.id
        if not self._scope.is_public:
            return there
        is_sqlite = self._work.is_sqlite
        return and_(there, rights.readable(table, self._caller, is_sqlite=is_sqlite))

    def _reachable(self, table: FromClause) -> ColumnElement[bool]:
        """Return the condition that a reference leads somewhere for the caller."""
        if self._scope.is_public or self._scope.is_union:
            return self._visible(table)
        is_sqlite = self._work.is_sqlite
        public = and_(
            table.c["_database_id"] == "",
            rights.readable(table, self._caller, is_sqlite=is_sqlite),
        )
        return or_(self._visible(table), public)

    def where(self, predicate: Predicate) -> ColumnElement[bool]:
        """Return the condition that *predicate* says."""
        match predicate:
            case And(operands=operands):
                return and_(*(self.where(item) for item in operands))
            case Or(operands=operands):
                return or_(*(self.where(item) for item in operands))
            case Not(operand=operand):
                return not_(self.where(operand))
            case Compare():
                return self._compare(predicate)
            case Like():
                return self._like(predicate)
            case In():
                return self._in(predicate)
            case _:
                return self._special(predicate)

    def _special(self, predicate: Predicate) -> ColumnElement[bool]:
        match predicate:
            case Contains():
                return self._contains(predicate)
            case Within():
                return self._within(predicate)
            case Related():
                return self._related(predicate)
            case _:
                msg = "no such predicate"
                raise unexpected(msg)

    def field(self, path: Path) -> Field:
        """Return the column that *path* leads to, joining what lies between.

        Raises:
            InvalidRequest: it leads nowhere.
        """
        match path.names:
            case (_,):
                return self._member(self._owner, self._table, path)
            case (name, _):
                target, table = self._join(name, path)
                return self._member(target, table, path)
            case _:
                msg = f'keypath "{path}" with more than 2 components is not supported'
                raise refuse(120, msg)

    def _join(self, name: str, path: Path) -> tuple[RecordType, FromClause]:
        first = self._member(self._owner, self._table, Path((name,)))
        target = self._work.catalog.types.get(first.kind.target or "")
        if target is None:
            name = {"_ownerID": "_owner_id"}.get(name, name)
            msg = f'field "{name}" in keypath "{path}" is not a reference'
            raise refuse(120, msg)
        if name not in self._joined:
            table = target.table.alias(f"to{len(self._joined)}")
            self._joined[name] = table
            leads = and_(table.c["_id"] == first.column, self._reachable(table))
            self.source = self.source.outerjoin(table, leads)
        return target, self._joined[name]

    def _member(self, owner: RecordType, table: FromClause, path: Path) -> Field:
        name = path.names[-1]
        meta = _META.get(name)
        if meta is not None:
            return Field(table.c[meta[0]], meta[1])
        if name not in owner.fields:
            raise refuse(120, f'keypath "{path}" does not exist')
        known = owner.fields[name]
        return Field(table.c[known.column.key], known.kind)

    def order_key(self, by: Path | Distance) -> ColumnElement[Any]:
        """Return what to sort by."""
        if isinstance(by, Distance):
            return self.distance(by)
        if not self._has(by):
            msg = f'cannot sort by "{by}"'
            raise unexpected(msg)
        return ordered(self.field(by), is_sqlite=self._work.is_sqlite)

    def _has(self, path: Path) -> bool:
        name = str(path)
        known = name in _META or name in self._owner.fields
        return known and len(path.names) == 1

    def distance(self, asked: Distance) -> ColumnElement[Any]:
        """Return the metres between a place in a field and another."""
        if not self._has(asked.path):
            msg = f'no distance from "{asked.path}"'
            raise unexpected(msg)
        field = self.field(asked.path)
        if field.kind.name != "location":
            msg = f'"{asked.path}" is no place'
            raise unexpected(msg)
        if self._work.is_sqlite:
            place = asked.place
            return func.sky_distance(field.column, place.lng, place.lat)
        return _great_circle(field.column, asked.place)

    def _compare(self, predicate: Compare) -> ColumnElement[bool]:
        left, right = self._operand(predicate.left), self._operand(predicate.right)
        if left is None or right is None:
            return self._compare_null(predicate.op, right if left is None else left)
        op = _OPERATORS[predicate.op]
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
                return self.field(operand)
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
        field = self.field(predicate.path)
        if field.group != "text" or "\0" in predicate.pattern:
            raise incomparable(field.kind)
        is_sqlite = self._work.is_sqlite
        column, pattern = field.column, predicate.pattern
        if predicate.any_case or field.kind.name == "citext":
            column, pattern = folded(column, is_sqlite=is_sqlite), pattern.lower()
        if is_sqlite:
            # SQLite's LIKE takes upper and lower case for the same
            return column.op("GLOB", is_comparison=True)(_glob(pattern))
        return column.like(_checked(pattern))

    def _in(self, predicate: In) -> ColumnElement[bool]:
        field = self.field(predicate.path)
        if not predicate.values:
            return _nothing()  # and its negation holds for nothing either
        values = [
            null() if value is None else self._value(value, field).column
            for value in predicate.values
        ]
        return field.column.in_(values)

    def _contains(self, predicate: Contains) -> ColumnElement[bool]:
        field = self.field(predicate.path)
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
        if not self._work.is_sqlite:
            return func.sky_within(point, area, type_=Boolean)
        return func.sky_within(point, area) == 1

    def _geometry(self, operand: object, wanted: str) -> ColumnElement[Any]:
        match operand:
            case Path():
                field = self.field(operand)
                if field.kind.name != wanted:
                    raise incomparable(field.kind)
                return field.column
            case GeoJSON() if not geometry.is_geometry(operand.geometry):
                msg = "invalid GeoJSON geometry"
                raise unexpected(msg)
            case Location() | GeoJSON():
                return _json(dump(operand), is_sqlite=self._work.is_sqlite)
            case _:
                msg = "no place and no geometry"
                raise unexpected(msg)

    def _related(self, predicate: Related) -> ColumnElement[bool]:
        column = self.field(predicate.path).column
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


def _json(value: object, *, is_sqlite: bool) -> ColumnElement[Any]:
    text = literal(msgspec.json.encode(value, order="sorted").decode())
    if is_sqlite:
        return text
    return cast(text, system.auth.c.provider_info.type)


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


def _checked(pattern: str) -> str:
    """Return a LIKE pattern whose last escape has something to escape."""
    backslashes = len(pattern) - len(pattern.rstrip("\\"))
    if backslashes % 2:
        msg = "a pattern cannot end with its escape character"
        raise unexpected(msg)
    return pattern


def _glob(pattern: str) -> str:
    """Return the GLOB pattern that matches what the LIKE pattern *pattern* does."""
    found: list[str] = []
    letters = iter(_checked(pattern))
    for letter in letters:
        match letter:
            case "%":
                found.append("*")
            case "_":
                found.append("?")
            case _:
                plain = next(letters) if letter == "\\" else letter
                found.append(f"[{plain}]" if plain in "*?[" else plain)
    return "".join(found)


def _great_circle(column: ColumnElement[Any], place: Location) -> ColumnElement[Any]:
    lng, lat = (func.radians(cast(column.op("->>")(i), Double)) for i in (0, 1))
    here_lng, here_lat = func.radians(place.lng), func.radians(place.lat)
    half = func.power(func.sin((here_lat - lat) / 2), 2) + func.cos(lat) * func.cos(
        here_lat
    ) * func.power(func.sin((here_lng - lng) / 2), 2)
    return 2 * EARTH * func.asin(func.sqrt(case((half > 1, 1.0), else_=half)))
