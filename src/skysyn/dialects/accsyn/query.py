"""EntityQuery: what accsyn can be asked about entities."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self, TypeVar

import attrs
from typing_extensions import override

from skysyn.arguments import check_argument, check_number
from skysyn.errors import ConversionError, ProtocolError, QueryError
from skysyn.models import JSON, AnyExpr, Model, Origin, Query, Ref, Select

from . import values

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from skysyn.models import Backend

M = TypeVar("M", bound=Model)


_IMPOSSIBLE = {
    "count": "accsyn does not count: len(query.all())",
    "database": "accsyn has one database only",
    "include": "accsyn brings nothing along: load() each reference",
    "order_by": "accsyn cannot sort: sorted(query, key=…)",
    "sort": "accsyn cannot sort: sorted(query, key=…)",
}


def _no_options() -> Mapping[str, JSON]:
    return {}


@attrs.frozen(kw_only=True)
class EntityQuery(Query[M]):
    """A question about entities of one type; every method returns a new query.

    Becomes one `find` event when it is run. Without flags accsyn looks at what is
    active: not finished, not deactivated, not archived.
    """

    selected: tuple[str, ...] | None = None
    options: Mapping[str, JSON] = attrs.field(factory=_no_options)

    def only(self, *fields: AnyExpr) -> Self:
        """Return the query that answers with these attributes alone (and the id).

        Reading another one raises `NotLoaded`; a save never touches it.
        """
        self._check_own("only()", *fields)
        names = dict.fromkeys(("id", *(field.path.names[0] for field in fields)))
        return attrs.evolve(self, selected=tuple(names))

    def finished(self, value: bool = True) -> Self:
        """Return the query for jobs that are done or aborted."""
        return self._flag("finished", value)

    def inactive(self, value: bool = True) -> Self:
        """Return the query for users and shares that are deactivated."""
        return self._flag("inactive", value)

    def archived(self, value: bool = True) -> Self:
        """Return the query for what is purged or deleted; it is slow."""
        return self._flag("archived", value)

    def parent(self, parent: Ref[object] | str) -> Self:
        """Return the query for the tasks of a job, or the files of a collection.

        Raises:
            QueryError: *parent* has no id yet, or is no id.
        """
        try:
            key = parent if isinstance(parent, str) else values.saved_id(parent)
            return self._with("parent", values.check_id(key, "parent"))
        except ConversionError as error:
            raise QueryError(str(error)) from error

    def all(self) -> list[M]:
        """Return every entity that the query finds, in one request."""
        return [] if self.most == 0 else super().all()

    def find_one(self) -> M | None:
        """Return the entity that is meant, or None.

        Unlike `first()` the service looks at finished ones too if no active one is
        found.
        """
        return self._with("single_entity_query", True).first()

    def exists(self) -> bool:
        """Whether the query finds any entity."""
        return bool(attrs.evolve(self, selected=("id",))._capped(1).all())

    def pages(self, size: int = 100) -> Iterator[list[M]]:
        """Read page by page; at most *size* entities are held at a time.

        accsyn counts off what to skip, so entities that come or go meanwhile may be
        seen twice or not at all.

        Raises:
            QueryError: the size is not positive.
            ProtocolError: the service sends the same page again.
        """
        check_number(size, 1, "a page holds at least one entity")
        skipped, left = self.skipped or 0, self.most
        last, budget = "", self.budget()
        while left is None or left > 0:
            wanted = size if left is None else min(size, left)
            asked = attrs.evolve(self, most=wanted, skipped=skipped)
            with budget.spend():
                page = asked.all()
            # a service may send less than it was asked for, so only nothing is the end
            if not page:
                return
            last = _moved_on(page[0].ref_id, last)
            yield page
            skipped += len(page)
            left = None if left is None else left - len(page)

    def _flag(self, name: str, value: bool) -> Self:
        check_argument(value, bool, f"{name}() takes True or False")
        return self._with(name, value)

    @classmethod
    @override
    def _hints(cls) -> Mapping[str, str]:
        return {**super()._hints(), **_IMPOSSIBLE}

    def _with(self, name: str, value: JSON) -> Self:
        return attrs.evolve(self, options={**self.options, name: value})

    def _select(self) -> Select:
        return Select(
            self.model.__collection__,
            where=self.where,
            limit=self.most,
            offset=self.skipped,
            only=self.selected,
            options=self.options,
        )

    def _origin(self, backend: Backend) -> Origin:
        only = None if self.selected is None else frozenset(self.selected)
        parent = self.options.get("parent")
        return Origin(backend, None if parent is None else str(parent), only)


def _moved_on(first: str, last: str) -> str:
    """Return the id that opens a page, which is not the *last* page's."""
    if first and first == last:
        msg = f"the service sent the page that opens with {first} twice"
        raise ProtocolError(msg, status=200)
    return first
