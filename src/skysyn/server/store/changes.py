"""Changes: what a transaction did to records, for whoever watches them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Literal

import attrs

if TYPE_CHECKING:
    from skysyn.models import RecordID

    from .records import Stored

_log = logging.getLogger("skysyn.server")


@attrs.frozen
class Change:
    """One record that was created, updated or deleted.

    *record* is what it is now, or was when it was deleted; *before* is None for new
    ones. Saving a record as it is already is an update too.
    """

    kind: Literal["created", "updated", "deleted"]
    record: Stored
    before: Stored | None

    @property
    def id(self) -> RecordID:
        """The id of the record."""
        return self.record.id

    @property
    def database(self) -> str:
        """The database of the record: "" is everyone's, others are users'."""
        return self.record.database

    @property
    def after(self) -> Stored | None:
        """The record as it is now, None if it was deleted."""
        return None if self.kind == "deleted" else self.record


Observer = Callable[[Sequence[Change]], None]
"""Is told the changes of a transaction, in their order, when they are committed.

It runs in the thread that wrote, before the writer is answered, outside of any
transaction, and never for what was undone.
"""


class Observers:
    """Who is told of changes; one that fails stops nobody."""

    def __init__(self) -> None:
        self._observers: list[Observer] = []

    def add(self, observer: Observer) -> None:
        """Tell *observer* of every change from now on."""
        self._observers.append(observer)

    def tell(self, changes: Sequence[Change]) -> None:
        """Tell everyone what was committed, unless it is nothing."""
        if not changes:
            return
        for observer in self._observers:
            try:
                observer(changes)
            except Exception:
                _log.exception("someone who watches records failed")
