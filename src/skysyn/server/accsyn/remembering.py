"""Remembering: places that are looked up once for many paths of one request."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .contracts import Listed, Places, Spot


@attrs.frozen
class Remembering:
    """The places of a caller, each asked for once."""

    _places: Places
    _spots: dict[tuple[str, str], Spot | None] = attrs.field(
        factory=dict[tuple[str, str], "Spot | None"], init=False
    )

    def spot(self, kind: str, name: str) -> Spot | None:
        """Return the share that `kind=name` names; None if there is none to see."""
        key = kind, name
        if key not in self._spots:
            self._spots[key] = self._places.spot(kind, name)
        return self._spots[key]

    def contents(self, kind: str, name: str) -> Sequence[Listed] | None:
        """Return what a collection or delivery lists; None if there is none to see."""
        return self._places.contents(kind, name)

    def home(self) -> Spot | None:
        """Return the caller's own home."""
        return self._places.home()
