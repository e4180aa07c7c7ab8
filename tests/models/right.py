"""Models that refer to those of `left`, which refer back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skysyn import Field, Record, Ref

if TYPE_CHECKING:
    from .left import Author  # noqa: TC004  # in a circle


class Book(Record):
    title: Field[str]
    author: Field[Ref[Author]]
