"""Queries: which records of a type, in which order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from .predicate import Predicate

if TYPE_CHECKING:
    from collections.abc import Iterable


class Query:
    """A query for `database.query()`: `Query("note", Predicate(title__eq="x"))`."""

    def __init__(
        self,
        record_type: str,
        predicate: Predicate | None = None,
        count: bool = False,  # the original's order
        limit: int | None = 50,
        offset: int | None = None,
        include: Iterable[str] = (),
    ) -> None:
        self.record_type = record_type
        self.predicate = Predicate() if predicate is None else predicate
        self.count = count
        self.sort: list[Any] = []
        self.limit = limit
        self.offset = offset
        self.include = list(include)

    def add_order(self, key: str, order: str) -> Self:
        """Sort by the field *key* too, `asc` or `desc`."""
        self.sort.append([{"$type": "keypath", "$val": key}, order])
        return self
