"""Models that refer to those of `right`, which refer back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skysyn import Field, Record, Ref, field

if TYPE_CHECKING:
    from .right import Book  # noqa: TC004  # in a circle


class Author(Record):
    name: Field[str]
    mentor: Field[Ref[Author] | None] = field(default=None)
    best: Field[Ref[Book] | None] = field(default=None)
