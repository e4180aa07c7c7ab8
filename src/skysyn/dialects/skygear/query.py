"""RecordQuery: what Skygear can be asked about records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self, TypeVar

import attrs

from skysyn.arguments import check_number
from skysyn.errors import QueryError
from skysyn.models import (
    AnyExpr,
    AnyRefExpr,
    Compare,
    Distance,
    DistanceExpr,
    Model,
    Order,
    Origin,
    Path,
    Predicate,
    Query,
    Select,
)

from . import keyset
from .databases import check_database

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from skysyn.models import Backend

M = TypeVar("M", bound=Model)


def _no_includes() -> Mapping[str, Path | Distance]:
    return {}


@attrs.frozen(kw_only=True)
class RecordQuery(Query[M]):
    """A question about records of one type; every method returns a new query.

    Becomes one `record:query` action when it is run.
    """

    orders: tuple[Order, ...] = ()
    included: Mapping[str, Path | Distance] = attrs.field(factory=_no_includes)
    selected: tuple[str, ...] | None = None
    scope: str | None = None

    def order_by(self, *orders: Order | AnyExpr | DistanceExpr) -> Self:
        """Return the query sorted by *orders*, the first being the most important.

        Pass `Task.due.desc()`; a bare field sorts upwards. Without an order Skygear
        answers in any order.

        Raises:
            QueryError: one is no field of the model.
        """
        keys = tuple(self._order(order) for order in orders)
        return attrs.evolve(self, orders=(*self.orders, *keys))

    def include(self, *refs: AnyRefExpr, **named: AnyExpr | DistanceExpr) -> Self:
        """Return the query that brings referenced records along.

        A reference field's `load()` then needs no request. Keywords name what else
        shall be in `record.transient`, such as `away=Task.place.distance_to(here)`.

        Raises:
            QueryError: the field is of a referenced record, or of another model, or it
                refers to none.
        """
        self._check_own("include()", *refs, *named.values())
        self._check_refs(*refs)
        paths: dict[str, Path | Distance] = {
            ref.path.names[0]: ref.path for ref in refs
        }
        paths |= {name: asked.path for name, asked in named.items()}
        return attrs.evolve(self, included={**self.included, **paths})

    def only(self, *fields: AnyExpr) -> Self:
        """Return the query that answers with these fields alone (and the metadata).

        Reading another one raises `NotLoaded`; a save never touches it.

        Raises:
            QueryError: the field is of a referenced record, or of another model.
        """
        self._check_own("only()", *fields)
        names = dict.fromkeys(field.path.names[0] for field in fields)
        wanted = tuple(name for name in names if not name.startswith("_"))
        return attrs.evolve(self, selected=wanted)

    def database(self, scope: str) -> Self:
        """Return the query on another database than `_public`.

        `_private` is that of the user who asks, `_union` all of them (master key), and
        a user's id is that user's private one.

        Raises:
            QueryError: no database has such a name.
        """
        check_database(scope)
        return attrs.evolve(self, scope=scope)

    def count(self) -> int:
        """Return how many records the query finds, whatever its limit and offset."""
        select = attrs.evolve(
            self._select(), limit=0, offset=None, count=True, order=(), include={}
        )
        return self._run(select).total or 0

    def exists(self) -> bool:
        """Whether the query finds any record."""
        select = attrs.evolve(self._select(), limit=1, only=(), order=(), include={})
        return bool(self._run(select).rows)

    def get(self, key: str) -> M:
        """Return the record with the bare *key* if the query finds it.

        Raises:
            NoResult: it does not.
        """
        return self.filter(_by_key(self.model, key)).one()

    def page(self) -> tuple[list[M], int]:
        """Return the records and how many there are without limit and offset."""
        rows = self._run(attrs.evolve(self._select(), count=True))
        return self._load(rows), rows.total or 0

    def pages(self, size: int = 100) -> Iterator[list[M]]:
        """Read page by page; at most *size* records are held at a time.

        Each page starts after the last record of the one before, by the order and the
        id, so that records which others add or delete meanwhile are neither skipped
        nor repeated.

        Raises:
            QueryError: the order is by something that cannot be continued.
        """
        check_number(size, 1, "a page holds at least one record")
        return keyset.pages(self._settled(), size)

    def _order(self, asked: Order | AnyExpr | DistanceExpr) -> Order:
        if not isinstance(asked, Order):
            self._check_field("order_by()", asked)
            asked = asked.asc()
        self._check_model(asked.by)
        return asked

    def _check_refs(self, *fields: object) -> None:
        """Raise QueryError unless each of *fields* refers to records."""
        for found in fields:
            if isinstance(found, AnyExpr) and not isinstance(found, AnyRefExpr):
                msg = (
                    f"include(): {self.model.__name__}.{found.path} refers to no "
                    "record; give a value of it a name: include(its_name=…)"
                )
                raise QueryError(msg)

    def _select(self) -> Select:
        if not self.model.__collection__:
            msg = f"{self.model.__name__} is abstract and has no records"
            raise QueryError(msg)
        return Select(
            self.model.__collection__,
            where=self.where,
            order=self.orders,
            limit=self.most,
            offset=self.skipped,
            include=self.included,
            only=self.selected,
            scope=self.scope,
        )

    def _origin(self, backend: Backend) -> Origin:
        includes = {
            name: path.names[0]
            for name, path in self.included.items()
            if isinstance(path, Path)
        }
        only = None if self.selected is None else frozenset(self.selected)
        origin = backend.origin(self.scope)
        return attrs.evolve(origin, only=only, includes=includes)


def _by_key(model: type[Model], key: object) -> Predicate:
    if key is None:
        msg = f"get() takes the key of a {model.__name__}, not None"
        raise QueryError(msg)
    expr = model.__expression__(model.__sky_fields__[model.__key_field__])
    return Compare("eq", expr.path, expr.spec.operand(key, f"{model.__name__}.get()"))
