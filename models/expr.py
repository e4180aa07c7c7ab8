"""Typed expressions: what a field is on its class, where queries are built."""

from __future__ import annotations

from collections import abc
from datetime import datetime
from typing import TYPE_CHECKING, Generic, NewType, overload

from typing_extensions import TypeVar, deprecated

from skysyn.arguments import check_argument
from skysyn.errors import QueryError

from .predicate import (
    Compare,
    Comparison,
    Contains,
    Distance,
    In,
    Like,
    Matches,
    NoTruth,
    Order,
    Path,
    Predicate,
    Within,
)
from .values import GeoJSON, Location

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Never, NoReturn

    from .spec import Spec

T = TypeVar("T")
E = TypeVar("E")
V = TypeVar("V", default=T)

UserID = NewType("UserID", str)
"""The bare id of a user, as in `owner_id`."""


class WrongOperandType:
    """What a comparison with a value of the wrong type has as its static type."""


_HOLDERS = {
    "contains": "lists and geometries",
    "distance_to": "locations",
    "has_key": "objects",
    "ilike": "text",
    "like": "text",
    "related": "users and references",
    "to": "references",
    "within": "locations",
}


class _NotForThis(QueryError, AttributeError):
    """A field is asked for what only fields of other types are asked for."""


class AnyExpr:
    """A field in a query, whatever it holds."""

    __slots__ = ("path", "spec")

    def __init__(self, path: Path, spec: Spec) -> None:
        self.path = path
        self.spec = spec

    if not TYPE_CHECKING:

        def __getattr__(self, name):
            if name in _HOLDERS:
                wanted = _HOLDERS[name]
                msg = f"{self._at} holds {self.spec}: `{name}` is for {wanted} only"
                raise _NotForThis(msg)
            if self.spec.kind == "ref" and name in self.spec.target().__sky_fields__:
                msg = f"{self._at} is a reference: follow it with {self._at}.to.{name}"
                raise _NotForThis(msg)
            msg = f"{self._at} has no method {name!r}"
            raise AttributeError(msg, name=name, obj=self)

        def __invert__(self):
            at = self._at
            msg = f"~{at} says nothing: write {at} == False, or ~({at} == …)"
            raise QueryError(msg)

        def __and__(self, other):
            self._refuse_to_join(other, "&")

        def __or__(self, other):
            self._refuse_to_join(other, "|")

        __rand__, __ror__ = __and__, __or__

    def _refuse_to_join(self, other: object, sign: str) -> NoReturn:
        # & and | bind closer than == and <
        msg = (
            f"`{sign}` stands between {self._at} and {other!r:.80}: put each "
            f"comparison in brackets, as in ({self._at} == …) {sign} (… == …)"
        )
        raise QueryError(msg)

    def __bool__(self) -> NoReturn:
        msg = (
            f"{self._at} is a field of a class and has no truth value: write "
            f"{self._at} == True, or {self._at}.is_not_null()"
        )
        raise NoTruth(msg)

    def is_null(self) -> Predicate:
        """Hold where the field has no value."""
        return Compare("eq", self.path, None)

    def is_not_null(self) -> Predicate:
        """Hold where the field has a value."""
        return Compare("neq", self.path, None)

    def asc(self) -> Order:
        """Sort by this field, smallest first; records without a value come last."""
        return Order(self._sortable(), "asc")

    def desc(self) -> Order:
        """Sort by this field, largest first; records without a value come first."""
        return Order(self._sortable(), "desc")

    def _sortable(self) -> Path:
        if len(self.path.names) > 1:
            msg = f"cannot sort by {self.path}: sorting follows no references"
            raise QueryError(msg)
        return self.path

    @property
    def _at(self) -> str:
        """The field as errors name it."""
        return f"{self.path.model}.{self.path}"

    def _operand(self, other: object) -> object:
        if isinstance(other, (AnyExpr, DistanceExpr)):
            return other.path
        return self.spec.operand(other, self._at)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._at}>"


class Comparable(AnyExpr, Generic[E]):
    """A field, nullable or not, that is compared with an E or a field like itself."""

    __slots__ = ()


class Expr(Comparable[V], Generic[T, V]):
    """A field that holds a T, in a query: compare it with a V, or ask `is_in`."""

    __slots__ = ()

    @overload  # type: ignore[override]  # a condition, not a bool
    def __eq__(self, other: T | V | Comparable[V]) -> Predicate: ...
    @overload
    @deprecated("this field never holds a value of that type")
    def __eq__(self, other: object) -> WrongOperandType: ...
    def __eq__(self, other: object) -> object:  # pyright: ignore[reportIncompatibleMethodOverride]  # as above
        return Compare("eq", self.path, self._operand(other))

    @overload  # type: ignore[override]  # a condition, not a bool
    def __ne__(self, other: T | V | Comparable[V]) -> Predicate: ...
    @overload
    @deprecated("this field never holds a value of that type")
    def __ne__(self, other: object) -> WrongOperandType: ...
    def __ne__(self, other: object) -> object:  # pyright: ignore[reportIncompatibleMethodOverride]  # as above
        return Compare("neq", self.path, self._operand(other))

    __hash__ = None  # type: ignore[assignment]  # == makes a predicate

    @overload  # mypy finds no V for a nullable union, such as a Literal | None
    def is_in(self: Expr[T, Never], values: Iterable[T]) -> Predicate: ...
    @overload
    def is_in(self, values: Iterable[V]) -> Predicate: ...
    def is_in(self, values: Iterable[object]) -> Predicate:
        """Hold where the field's value is one of *values*; none of them, never."""
        if isinstance(values, str):
            msg = f"{self.path}: `is_in` takes several values, such as [{values!r}]"
            raise QueryError(msg)
        check_argument(values, abc.Iterable, f"{self._at}.is_in() takes several values")
        found = tuple(self._operand(value) for value in values)
        if any(value is None for value in found):
            msg = f"{self.path}: `is_in` never finds None; add `| …is_null()`"
            raise QueryError(msg)
        return In(self.path, found)


class _Ordered(Expr[T, V]):
    """A field whose values have an order."""

    __slots__ = ()

    def __lt__(self, other: V | Comparable[V]) -> Predicate:
        return self._compare("lt", other)

    def __le__(self, other: V | Comparable[V]) -> Predicate:
        return self._compare("lte", other)

    def __gt__(self, other: V | Comparable[V]) -> Predicate:
        return self._compare("gt", other)

    def __ge__(self, other: V | Comparable[V]) -> Predicate:
        return self._compare("gte", other)

    def _compare(self, op: Comparison, other: object) -> Predicate:
        value = self._operand(other)
        if value is None:
            msg = f"nothing is {op} None: use {self.path.names[-1]}.is_null()"
            raise QueryError(msg)
        return Compare(op, self.path, value)


class StrExpr(_Ordered[T, str]):
    """A text field of a record."""

    __slots__ = ()

    def like(self, pattern: str) -> Predicate:
        r"""Hold where the text matches; `%` is any text, `_` one character."""
        return Like(self.path, self._text(pattern))

    def ilike(self, pattern: str) -> Predicate:
        """Hold where the text matches *pattern*, whatever the case."""
        return Like(self.path, self._text(pattern), any_case=True)

    def _text(self, pattern: str) -> str:
        if not self.spec.is_text:
            msg = f"{self.path} holds {self.spec}, not text: `like` works on text only"
            raise QueryError(msg)
        check_argument(pattern, str, f"{self._at}: a pattern is text")
        return pattern


class TextExpr(_Ordered[T, str]):
    """A text field of an entity: whole words of accsyn's query language."""

    __slots__ = ()

    def contains(self, text: str) -> Predicate:
        """Hold where *text* occurs in the field."""
        check_argument(text, str, f"{self._at}.contains() takes text")
        return Contains(self.path, text)

    def matches(self, pattern: str) -> Predicate:
        """Hold where the regular expression *pattern* matches."""
        check_argument(pattern, str, f"{self._at}.matches() takes text")
        return Matches(self.path, pattern)


class NumExpr(_Ordered[T, float]):
    """A number field."""

    __slots__ = ()


class DateExpr(_Ordered[T, datetime]):
    """A date field; compare it with timezone-aware datetimes."""

    __slots__ = ()


class ListExpr(Expr[T, list[E]], Generic[T, E]):
    """A list field."""

    __slots__ = ()

    def contains(self, item: E) -> Predicate:
        """Hold where the list has *item*; Skygear finds text items only."""
        return Contains(self.path, item)


class DictExpr(Expr[T, dict[str, E]], Generic[T, E]):
    """A field that holds a JSON object."""

    __slots__ = ()

    def has_key(self, key: str) -> Predicate:
        """Hold where the object has *key*."""
        return Contains(self.path, key)


class GeoExpr(Expr[T, Location]):
    """A location field."""

    __slots__ = ()

    def distance_to(self, place: Location) -> DistanceExpr:
        """Metres from the field's location to *place*."""
        check_argument(place, Location, f"{self._at}.distance_to() takes a Location")
        place.check()
        return DistanceExpr(Distance(self.path, place))

    def within(self, area: GeoJSON | Comparable[GeoJSON]) -> Predicate:
        """Hold where the location lies inside *area*."""
        if isinstance(area, AnyExpr):
            return Within(self.path, area.path)
        check_argument(area, GeoJSON, f"{self._at}.within() takes a GeoJSON")
        area.check()
        return Within(self.path, area)


class AreaExpr(Expr[T, GeoJSON]):
    """A geometry field."""

    __slots__ = ()

    def contains(self, point: Location | Comparable[Location]) -> Predicate:
        """Hold where *point* lies inside the geometry."""
        if isinstance(point, AnyExpr):
            return Within(point.path, self.path)
        check_argument(point, Location, f"{self._at}.contains() takes a Location")
        point.check()
        return Within(point, self.path)


class DistanceExpr:
    """A distance in metres: compare it with a number, or sort by it."""

    __slots__ = ("path",)

    def __init__(self, path: Distance) -> None:
        self.path = path

    def __lt__(self, metres: float) -> Predicate:
        return self._compare("lt", metres)

    def __le__(self, metres: float) -> Predicate:
        return self._compare("lte", metres)

    def __gt__(self, metres: float) -> Predicate:
        return self._compare("gt", metres)

    def __ge__(self, metres: float) -> Predicate:
        return self._compare("gte", metres)

    def asc(self) -> Order:
        """Sort by the distance, nearest first."""
        return Order(self.path, "asc")

    def desc(self) -> Order:
        """Sort by the distance, farthest first."""
        return Order(self.path, "desc")

    def _compare(self, op: Comparison, metres: float) -> Predicate:
        check_argument(metres, (int, float), f"{self.path} is compared with metres")
        return Compare(op, self.path, metres)
