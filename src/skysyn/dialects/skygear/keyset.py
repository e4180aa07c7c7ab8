"""Pages that start where the last one ended, instead of after so many records."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import attrs

from skysyn.errors import QueryError
from skysyn.models import Compare, Model, Order, Path, Predicate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .query import RecordQuery

M = TypeVar("M", bound=Model)

_ID = Order(Path(("_id",)))
_SORTABLE = {
    "str",
    "int",
    "float",
    "bool",
    "datetime",
    "id",
    "user",
    "sequence",
    "enum",
}


def pages(query: RecordQuery[M], size: int) -> Iterator[list[M]]:
    """Return the pages of *query*, each found by where the one before ended."""
    return _read(query, _total(query), size)


def _read(
    query: RecordQuery[M], orders: tuple[Order, ...], size: int
) -> Iterator[list[M]]:
    left, where, skipped = query.most, query.where, query.skipped
    budget = query.budget()
    while left is None or left > 0:
        wanted = size if left is None else min(size, left)
        asked = attrs.evolve(
            query, orders=orders, most=wanted, where=where, skipped=skipped
        )
        with budget.spend():
            page = asked.all()
        if len(page) < wanted:
            yield from [page] if page else []
            return
        left = None if left is None else left - len(page)
        skipped = None
        # before others get the page, since they may change or delete its records
        after = _after(orders, [_value(page[-1], order) for order in orders])
        where = after if query.where is None else query.where & after
        yield page


def _total(query: RecordQuery[M]) -> tuple[Order, ...]:
    """Return the orders of *query*, made total by the id."""
    fields = {f.wire: f for f in query.model.__sky_fields__.values()}
    for order in query.orders:
        path = order.by
        field = fields.get(path.names[0]) if isinstance(path, Path) else None
        if field is None or field.spec.kind not in _SORTABLE:
            msg = (
                f"cannot read page by page in the order of {path}: order by text, "
                "numbers, dates or the id, or read it at once with .all()"
            )
            raise QueryError(msg)
        if query.selected is not None and _hidden(field.wire, query.selected):
            msg = f"reading page by page needs {path} too: add it to .only(…)"
            raise QueryError(msg)
    return (*query.orders, _ID)


def _hidden(wire: str, selected: tuple[str, ...]) -> bool:
    return not wire.startswith("_") and wire not in selected


def _value(record: Model, order: Order) -> object:
    if order == _ID:
        return record.ref_id
    names = {f.wire: n for n, f in record.__sky_fields__.items()}
    path = order.by
    if not isinstance(path, Path):
        msg = f"{path} is no field"
        raise QueryError(msg)
    value: object = getattr(record, names[path.names[0]])
    return record.ref_id if path.names[0] == "_id" else value


def _after(orders: tuple[Order, ...], last: list[object]) -> Predicate:
    """Return what holds for records that come after the one with values *last*.

    Records without a value come last going up and first going down.
    """
    order, value = orders[0], last[0]
    further = _further(order, value)
    if len(orders) == 1:
        return further if further is not None else Compare("eq", order.by, None)
    tie = Compare("eq", order.by, value) & _after(orders[1:], last[1:])
    return tie if further is None else further | tie


def _further(order: Order, value: object) -> Predicate | None:
    """Return what holds where the first key alone is already past *value*."""
    up = order.ordering == "asc"
    if value is None:
        return None if up else Compare("neq", order.by, None)
    beyond = Compare("gt" if up else "lt", order.by, value)
    if up and order != _ID:
        return beyond | Compare("eq", order.by, None)
    return beyond
