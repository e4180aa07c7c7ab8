"""Typed expressions of references and ids: comparing them, and following them."""

from __future__ import annotations

from typing import Generic, cast

from typing_extensions import TypeVar

from skysyn.errors import QueryError

from .expr import AnyExpr, Expr
from .predicate import Direction, Path, Predicate, Related
from .ref import RecordID, Ref

T = TypeVar("T")
R = TypeVar("R")
V = TypeVar("V", default=T)


class RelatedExpr(Expr[T, V]):
    """A field that names a user."""

    __slots__ = ()

    def related(self, relation: str, direction: Direction) -> Predicate:
        """Hold where the user in the field is related to the user who asks.

        *relation* is "follow" or "friend". "outward": the asker follows them;
        "inward": they follow the asker; "mutual": both.
        """
        if relation not in {"follow", "friend"}:
            msg = f"no relation {relation!r}: there are 'follow' and 'friend'"
            raise QueryError(msg)
        if direction not in {"outward", "inward", "mutual"}:
            msg = f"no direction {direction!r}: outward, inward or mutual"
            raise QueryError(msg)
        return Related(self.path, relation, direction)


class UserExpr(RelatedExpr[T, str | Ref[object]]):
    """The bare id of a user, such as `owner_id`: compare it with one, or a record."""

    __slots__ = ()


class IdExpr(Expr[RecordID, RecordID | str | Ref[R]], Generic[R]):
    """The id of a record: compare with a `RecordID`, a bare key, a ref or a record."""

    __slots__ = ()


class AnyRefExpr(AnyExpr):
    """A reference, whatever it leads to."""

    __slots__ = ()


class RefExpr(RelatedExpr[T, str | Ref[R]], AnyRefExpr, Generic[T, R]):
    """A reference: compare it with a record, a ref or a bare key, or go `to` fields."""

    __slots__ = ()

    @property
    def to(self) -> type[R]:
        """The fields of the record referred to: `Task.reviewer.to.name == "x"`."""
        if len(self.path.names) > 1:
            msg = f"{self.path}.… leads through two references; a query follows one"
            raise QueryError(msg)
        return cast("type[R]", Through(self))  # it answers like the class


class Through:
    """The fields of the model that a reference leads to, as paths through it."""

    __slots__ = ("_ref",)

    def __init__(self, ref: AnyRefExpr) -> None:
        self._ref = ref

    def __getattr__(self, name: str) -> AnyExpr:
        model = self._ref.spec.target()
        found: object = getattr(model, name, None)
        if not isinstance(found, AnyExpr):
            msg = f"{model.__name__} has no field {name!r}"
            raise AttributeError(msg)  # noqa: TRY004  # what getattr() raises
        first, start = self._ref.path.names, self._ref.path.model
        return type(found)(Path((*first, *found.path.names), start), found.spec)
