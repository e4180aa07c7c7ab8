"""Revising: what becomes of a record between its checks and its being written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import attrs

from skysyn.dialects.skygear.batches import Incoming

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from skysyn.errors import RemoteError
    from skysyn.models import RecordID

    from .records import Stored
    from .store import Work


@attrs.frozen
class Revised(Incoming):
    """A record as it is to be written: whole, and past every check of rights."""


class Reviser(Protocol):
    """Who has a say before records are written."""

    def revise(
        self,
        work: Work,
        made: Stored,
        original: Stored | None,
        nulls: Iterable[str],
        /,
    ) -> Revised | None:
        """Return *made* as it is to be written, None if it is right as it is.

        *nulls* are the fields that are to be cleared.

        Raises:
            RemoteError: it may not be written.
        """
        ...


def distinct(
    items: Sequence[Incoming | RemoteError],
) -> Iterator[list[Incoming | RemoteError]]:
    """Yield *items* in groups in which no record is twice."""
    group: list[Incoming | RemoteError] = []
    seen: set[RecordID] = set()
    for item in items:
        if isinstance(item, Incoming):
            if item.id in seen:
                yield group
                group, seen = [], set()
            seen.add(item.id)
        group.append(item)
    if group:
        yield group
