"""Reports: what was moved, with a count and a hash of each part."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

import attrs

Watch = Callable[[str, int, int], None]
"""Is told what is worked on, how many of its rows are done, and how many there are."""


def ignore(what: str, done: int, total: int) -> None:
    """Tell nobody."""
    del what, done, total


@attrs.frozen
class Entry:
    """One part of a bundle: the rows of a table, or the records of a type."""

    kind: Literal["schema", "table", "records"]
    name: str
    rows: int
    sha256: str


@attrs.frozen
class Report:
    """What a bundle holds, and its own hash.

    *left_out* counts what the original has and the local server has no place for.
    *without_content* counts the files that are known by name only.
    """

    parts: tuple[Entry, ...]
    sha256: str
    without_content: int = 0
    left_out: Mapping[str, int] = attrs.field(factory=dict[str, int])

    @property
    def records(self) -> int:
        """The number of all records."""
        return sum(part.rows for part in self.parts if part.kind == "records")

    def rows(self, name: str) -> int:
        """Return how many rows the table or the record type *name* has."""
        return sum(part.rows for part in self.parts if part.name == name)
