"""Query: an immutable question about one model's records, asked when it is run."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Generic, Self, TypeVar

import attrs

from skysyn.arguments import check_number
from skysyn.errors import NoResult, QueryError, SeveralResults

from . import binding
from .expr import AnyExpr, DistanceExpr
from .model import Model
from .operations import Rows, Select
from .predicate import (
    And,
    Compare,
    Distance,
    In,
    Not,
    NoTruth,
    Or,
    Path,
    Predicate,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from .binding import Backend, Budget, Origin

M = TypeVar("M", bound=Model)

PAGE_SIZE = 100
"""How many records one request of an iteration asks for."""

HINTS: Mapping[str, str] = {
    "exclude": "write filter(~(…))",
    "fetch": "write all()",
    "filter_by": "write filter(Task.title == …)",
    "get_or_none": "write one_or_none()",
    "join": "write include(), or follow a reference in filter()",
    "order": "write order_by(Task.due.desc())",
    "select": "write only(Task.title)",
    "skip": "write offset()",
    "sort": "write order_by(Task.due.desc())",
    "take": "write limit()",
    "values": "write only(Task.title)",
}
"""What queries of other libraries have under another name."""


class Misnamed(QueryError, AttributeError):
    """A query is asked for what it has under another name, or cannot have."""


@attrs.frozen(kw_only=True)
class Query(Generic[M]):
    """A question about records of *model*; every method returns a new query."""

    model: type[M] = attrs.field(kw_only=False)
    backend: Backend | None = attrs.field(default=None, repr=False)
    where: Predicate | None = None
    most: int | None = None
    skipped: int | None = None

    def filter(self, *predicates: Predicate) -> Self:
        """Return the query with all of *predicates* required as well.

        Raises:
            QueryError: one is no predicate, or is about another model's fields.
        """
        for predicate in predicates:
            self._check(predicate)
        known = () if self.where is None else (self.where,)
        wanted = (*known, *predicates)
        if not wanted:
            return self
        where = wanted[0]
        for predicate in wanted[1:]:
            where = where & predicate
        return attrs.evolve(self, where=where)

    def limit(self, count: int) -> Self:
        """Return the query for at most *count* records."""
        check_number(count, 0, "limit() takes a whole number from 0 up")
        return attrs.evolve(self, most=count)

    def offset(self, count: int) -> Self:
        """Return the query that leaves out the first *count* records."""
        check_number(count, 0, "offset() takes a whole number from 0 up")
        return attrs.evolve(self, skipped=count)

    def all(self) -> list[M]:
        """Return every record that the query finds, in one request."""
        return self._load(self._run(self._select()))

    def first(self) -> M | None:
        """Return the first record, or None."""
        found = self._capped(1).all()
        return found[0] if found else None

    def one(self) -> M:
        """Return the only record.

        Raises:
            NoResult: there is none.
            SeveralResults: there are more.
        """
        found = self.one_or_none()
        if found is None:
            msg = f"no {self.model.__name__} found by {self.explain_where()}"
            raise NoResult(msg)
        return found

    def one_or_none(self) -> M | None:
        """Return the only record, or None.

        Raises:
            SeveralResults: there are several.
        """
        found = self._capped(2).all()
        if len(found) > 1:
            msg = f"several {self.model.__name__} found by {self.explain_where()}"
            raise SeveralResults(msg)
        return found[0] if found else None

    def explain(self) -> str:
        """Return the request that `all()` would send, with secrets masked."""
        return self._backend().explain(self._select())

    def explain_where(self) -> str:
        """Return the condition as text, for messages."""
        return "no condition" if self.where is None else str(self.where)

    def __iter__(self) -> Iterator[M]:
        """Read record by record, asking for a page when it is needed."""
        return chain.from_iterable(self.pages())

    def pages(self, size: int = PAGE_SIZE) -> Iterator[list[M]]:
        """Read page by page; at most *size* records are held at a time."""
        raise NotImplementedError  # RecordQuery and EntityQuery know how

    def __bool__(self) -> bool:
        msg = "a query has no truth value; ask .exists()"
        raise NoTruth(msg)

    if not TYPE_CHECKING:
        # checkers must not take every name for a method

        def __getattr__(self, name):
            msg = f"{type(self).__name__!r} object has no attribute {name!r}"
            if hint := self._hints().get(name):
                msg = f"{msg}: {hint}"
                raise Misnamed(msg)
            raise AttributeError(msg, name=name, obj=self)

    @classmethod
    def _hints(cls) -> Mapping[str, str]:
        """Return what to write instead of the words that other libraries have."""
        return HINTS

    def _settled(self) -> Self:
        """Return the query with its session fixed, for what takes several requests."""
        return attrs.evolve(self, backend=self._backend())

    def budget(self) -> Budget:
        """Return the time that the pages of one iteration share."""
        return self._backend().budget()

    def _backend(self) -> Backend:
        return binding.resolve(
            self.model.__family__, self.backend, self.model.__bound__
        )

    def _select(self) -> Select:
        raise NotImplementedError  # RecordQuery and EntityQuery know how

    def _origin(self, backend: Backend) -> Origin:
        return binding.Origin(backend)

    def _capped(self, count: int) -> Self:
        most = count if self.most is None else min(self.most, count)
        return attrs.evolve(self, most=most)

    def _run(self, select: Select) -> Rows:
        result = self._backend().execute(select)
        if not isinstance(result, Rows):
            msg = f"a Select is answered by Rows, not {type(result).__name__}"
            raise TypeError(msg)
        return result

    def _load(self, rows: Rows) -> list[M]:
        make, origin = self.model.__sky_make__, self._origin(self._backend())
        return [make(row, origin) for row in rows.rows]

    def _check_own(self, where: str, *fields: object) -> None:
        """Raise QueryError unless each of *fields* is one of the model itself."""
        model = self.model.__name__
        for found in fields:
            path = self._check_field(where, found)
            if isinstance(path, Path) and len(path.names) > 1:
                msg = (
                    f"{where}: {path} is of what is referred to, not of {model} itself"
                )
                raise QueryError(msg)
            self._check_model(path)

    def _check_field(self, where: str, found: object) -> Path | Distance:
        if isinstance(found, (AnyExpr, DistanceExpr)):
            return found.path
        msg = (
            f"{where}: {found!r:.80} is no field; write {self.model.__name__}.its_name"
        )
        raise QueryError(msg)

    def _check(self, predicate: object) -> None:
        if not isinstance(predicate, Predicate):
            msg = (
                f"{predicate!r} is no predicate: write conditions on fields, combined "
                "with & and | (Python's `and` and `or` give only one side)"
            )
            raise QueryError(msg)
        self._check_model(predicate)

    def _check_model(self, asked: object) -> None:
        """Raise QueryError if *asked*, any part of a query, is about another model."""
        model = self.model.__name__
        known = {base.__name__ for base in self.model.__mro__}
        for path in paths(asked):
            if path.model is not None and path.model not in known:
                msg = (
                    f"{path.model}.{path} in a query of {model}: follow a reference "
                    f"instead ({model}.….to.{path})"
                )
                raise QueryError(msg)


def paths(predicate: object) -> Iterator[Path]:  # noqa: C901  # a case each
    """Yield every path in *predicate*."""
    match predicate:
        case Path():
            yield predicate
        case And() | Or():
            for operand in predicate.operands:
                yield from paths(operand)
        case Not():
            yield from paths(predicate.operand)
        case Compare():
            yield from paths(predicate.left)
            yield from paths(predicate.right)
        case Distance() | In():
            yield predicate.path
        case Predicate():
            for name in ("path", "point", "area"):
                yield from paths(getattr(predicate, name, None))
        case _:
            return
