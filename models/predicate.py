"""Predicates as data: what a query's conditions are before a dialect says them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NoReturn, TypeAlias

import attrs

from skysyn.errors import QueryError

if TYPE_CHECKING:
    from .values import GeoJSON, Location

Comparison: TypeAlias = Literal["eq", "neq", "gt", "gte", "lt", "lte"]
Direction: TypeAlias = Literal["outward", "inward", "mutual"]
Ordering: TypeAlias = Literal["asc", "desc"]


class NoTruth(QueryError, TypeError):
    """Python asks whether it is true, which only the service can say."""


class Predicate:
    """A condition on records; combine with `&`, `|` and `~`, never `and`/`or`/`not`."""

    __slots__ = ()

    def __and__(self, other: Predicate) -> Predicate:
        _check_condition(other, "&")
        return And((*_operands(And, self), *_operands(And, other)))

    def __or__(self, other: Predicate) -> Predicate:
        _check_condition(other, "|")
        return Or((*_operands(Or, self), *_operands(Or, other)))

    if not TYPE_CHECKING:

        def __rand__(self, other):
            _check_condition(other, "&")

        def __ror__(self, other):
            _check_condition(other, "|")

    def __invert__(self) -> Predicate:
        return Not(self)

    def __bool__(self) -> NoReturn:
        msg = (
            "a predicate has no truth value here: it is asked on the service. "
            "Combine with &, | and ~ (with brackets), and pass it to .filter()"
        )
        raise NoTruth(msg)


@attrs.frozen
class Path:
    """A field by wire names: one, or two when it leads through a reference.

    *model* is the name of the model the path starts at.
    """

    names: tuple[str, ...]
    model: str | None = attrs.field(default=None, eq=False)

    def __str__(self) -> str:
        return ".".join(self.names)


@attrs.frozen
class Distance:
    """Metres between a location field and a place."""

    path: Path
    place: Location

    def __str__(self) -> str:
        return f"{self.path}.distance_to({self.place})"


Operand: TypeAlias = object
"""A `Path`, a `Distance` or a value."""


@attrs.frozen
class Compare(Predicate):
    """*left* and *right* compared; None on a side tests for absence."""

    op: Comparison
    left: Operand
    right: Operand

    def __str__(self) -> str:
        return f"{_shown(self.left)} {_SIGNS[self.op]} {_shown(self.right)}"


@attrs.frozen
class In(Predicate):
    """The field's value is one of *values*."""

    path: Path
    values: tuple[object, ...]

    def __str__(self) -> str:
        return f"{self.path}.is_in({list(self.values)})"


@attrs.frozen
class Contains(Predicate):
    """The list or object in the field has *item* as an element or key."""

    path: Path
    item: object

    def __str__(self) -> str:
        return f"{self.path}.contains({self.item!r})"


@attrs.frozen
class Like(Predicate):
    """The text matches *pattern* with `%` and `_`; *any_case* ignores case."""

    path: Path
    pattern: str
    any_case: bool = False

    def __str__(self) -> str:
        verb = "ilike" if self.any_case else "like"
        return f"{self.path}.{verb}({self.pattern!r})"


@attrs.frozen
class Matches(Predicate):
    """The text matches the regular expression *pattern* (accsyn)."""

    path: Path
    pattern: str

    def __str__(self) -> str:
        return f"{self.path}.matches({self.pattern!r})"


@attrs.frozen
class Within(Predicate):
    """A point lies inside a geometry; each side is a field or a value."""

    point: Path | Location
    area: Path | GeoJSON

    def __str__(self) -> str:
        return f"{_shown(self.point)}.within({_shown(self.area)})"


@attrs.frozen
class Related(Predicate):
    """The user in the field is related to the user who asks."""

    path: Path
    relation: str
    direction: Direction

    def __str__(self) -> str:
        return f"{self.path}.related({self.relation!r}, {self.direction!r})"


@attrs.frozen
class And(Predicate):
    """All of *operands* hold."""

    operands: tuple[Predicate, ...]

    def __str__(self) -> str:
        return " & ".join(f"({operand})" for operand in self.operands)


@attrs.frozen
class Or(Predicate):
    """At least one of *operands* holds."""

    operands: tuple[Predicate, ...]

    def __str__(self) -> str:
        return " | ".join(f"({operand})" for operand in self.operands)


@attrs.frozen
class Not(Predicate):
    """*operand* does not hold; where a field is null neither it nor this holds."""

    operand: Predicate

    def __str__(self) -> str:
        return f"~({self.operand})"


@attrs.frozen
class Raw(Predicate):
    """Text in the service's own query language, passed on as it is (accsyn)."""

    text: str

    def __str__(self) -> str:
        return self.text


@attrs.frozen
class Order:
    """One key to sort by."""

    by: Path | Distance
    ordering: Ordering = "asc"


_SIGNS: dict[Comparison, str] = {
    "eq": "==",
    "neq": "!=",
    "gt": ">",
    "gte": ">=",
    "lt": "<",
    "lte": "<=",
}


def _shown(operand: Operand) -> str:
    return str(operand) if isinstance(operand, (Path, Distance)) else repr(operand)


def _check_condition(other: object, sign: str) -> None:
    if not isinstance(other, Predicate):
        msg = (
            f"`{sign}` joins conditions, not {other!r:.80}: put each comparison in "
            f"brackets, as in (Task.done == True) {sign} (Task.count > 2)"
        )
        raise QueryError(msg)


def _operands(kind: type[And | Or], predicate: Predicate) -> tuple[Predicate, ...]:
    """Flatten: `a & b & c` is one conjunction of three."""
    if isinstance(predicate, kind):
        return predicate.operands
    return (predicate,)
