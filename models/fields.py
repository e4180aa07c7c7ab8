"""Field descriptors: a value on an instance, a typed expression on the class."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar, overload

import attrs

from skysyn.arguments import check_argument
from skysyn.errors import DeclarationError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from typing import Never

    from .expr import (
        AreaExpr,
        DateExpr,
        DictExpr,
        Expr,
        GeoExpr,
        ListExpr,
        NumExpr,
        StrExpr,
        TextExpr,
        UserID,
    )
    from .model import Model
    from .ref import RecordID, Ref
    from .ref_expr import IdExpr, RefExpr, UserExpr
    from .spec import Spec
    from .values import GeoJSON, Location, Sequence

T = TypeVar("T")
E = TypeVar("E")
R = TypeVar("R")
V = TypeVar("V")


class Matching:
    """Marks models whose text is asked with `contains` and `matches`, not `like`."""


class Field(Generic[T]):
    """A field of a model, declared as `name: Field[T]`."""

    if TYPE_CHECKING:
        name: str
        spec: Spec
        info: FieldInfo
        wire: str

        @overload
        def __get__(self, instance: Model, owner: object, /) -> T: ...
        @overload
        def __get__(
            self: Field[str] | Field[str | None],
            instance: None,
            owner: type[Matching],
            /,
        ) -> TextExpr[T]: ...
        @overload
        def __get__(
            self: Field[str] | Field[str | None], instance: None, owner: object, /
        ) -> StrExpr[T]: ...
        @overload
        def __get__(
            self: Field[int]
            | Field[int | None]
            | Field[float]
            | Field[float | None]
            | Field[int | Sequence]
            | Field[int | Sequence | None],
            instance: None,
            owner: object,
            /,
        ) -> NumExpr[T]: ...
        @overload
        def __get__(
            self: Field[datetime] | Field[datetime | None],
            instance: None,
            owner: object,
            /,
        ) -> DateExpr[T]: ...
        @overload
        def __get__(
            self: Field[RecordID], instance: None, owner: type[R], /
        ) -> IdExpr[R]: ...
        @overload
        def __get__(
            self: Field[UserID] | Field[UserID | None], instance: None, owner: object, /
        ) -> UserExpr[T]: ...
        @overload
        def __get__(
            self: Field[Ref[R]], instance: None, owner: object, /
        ) -> RefExpr[T, R]: ...
        @overload
        def __get__(
            self: Field[Ref[R] | None], instance: None, owner: object, /
        ) -> RefExpr[T, R]: ...
        @overload
        def __get__(
            self: Field[list[E]], instance: None, owner: object, /
        ) -> ListExpr[T, E]: ...
        @overload
        def __get__(
            self: Field[list[E] | None], instance: None, owner: object, /
        ) -> ListExpr[T, E]: ...
        @overload
        def __get__(
            self: Field[dict[str, V]], instance: None, owner: object, /
        ) -> DictExpr[T, V]: ...
        @overload
        def __get__(
            self: Field[dict[str, V] | None], instance: None, owner: object, /
        ) -> DictExpr[T, V]: ...
        @overload
        def __get__(
            self: Field[Location] | Field[Location | None],
            instance: None,
            owner: object,
            /,
        ) -> GeoExpr[T]: ...
        @overload
        def __get__(
            self: Field[GeoJSON] | Field[GeoJSON | None],
            instance: None,
            owner: object,
            /,
        ) -> AreaExpr[T]: ...
        @overload
        def __get__(
            self: Field[V | None], instance: None, owner: object, /
        ) -> Expr[T, V]: ...
        @overload
        def __get__(self, instance: None, owner: object, /) -> Expr[T]: ...
        def __get__(self, instance: object, owner: object, /) -> object: ...

        def __set__(self, instance: object, value: T) -> None: ...

    else:

        def __init__(self, name: str, spec: Spec, info: FieldInfo) -> None:
            self.name = name
            self.spec = spec
            self.info = info
            self.wire = name if info.wire is None else info.wire

        def __get__(self, instance, owner=None):
            if instance is None:
                return owner.__expression__(self)
            wire = instance.__sky_wire__
            if wire is None or instance.__sky_filled__:
                return instance._sky_missing(self.name)
            instance.__sky_fill__(wire)
            return getattr(instance, self.name)


class ReadOnly(Field[T]):
    """A field that only the service sets: readable, queryable, never assigned."""

    if TYPE_CHECKING:

        def __set__(self, instance: object, value: Never) -> None: ...  # type: ignore[override]  # nothing may be assigned


def _no_default() -> object:
    return attrs.NOTHING


@attrs.frozen
class FieldInfo:
    """What `field()` was told."""

    default: object = attrs.field(factory=_no_default)
    factory: Callable[[], object] | None = None
    wire: str | None = None
    validator: Callable[[Any, Any, Any], object] | None = None
    secret: bool = False
    read_only: bool = False


@overload
def field(
    *,
    wire: str | None = None,
    validator: Callable[[Any, Any, V], object] | None = None,
    secret: bool = False,
) -> Any: ...
@overload
def field(
    *,
    default: V,
    wire: str | None = None,
    validator: Callable[[Any, Any, V], object] | None = None,
    secret: bool = False,
) -> Any: ...
@overload
def field(
    *,
    factory: Callable[[], V],
    wire: str | None = None,
    validator: Callable[[Any, Any, V], object] | None = None,
    secret: bool = False,
) -> Any: ...
def field(
    *,
    default: object = attrs.NOTHING,
    factory: Callable[[], object] | None = None,
    wire: str | None = None,
    validator: Callable[[Any, Any, Any], object] | None = None,
    secret: bool = False,
) -> Any:
    """Say more about a field: its *default* or *factory*, its *wire* name ….

    *wire* is the name the service knows the field by, when it is not a good Python
    name. *validator* is called as attrs calls it, `(instance, attribute, value)`, when
    an object is made and before it is saved. *secret* values are never shown by
    `repr()`.
    """
    for function in (factory, validator):
        fits = function is None or callable(function)
        if not fits:
            msg = f"{function!r:.80} is no function, as factory= and validator= are"
            raise DeclarationError(msg)
    check_argument(wire or "", str, "wire= is the service's name", DeclarationError)
    return FieldInfo(default, factory, wire, validator, secret)


def readonly(*, wire: str | None = None, init: Literal[False] = False) -> Any:
    """Say more about a `ReadOnly` field: the *wire* name the service knows it by."""
    return FieldInfo(wire=wire, read_only=not init)
