"""Uses: what a recorded query asks of the columns of its record type."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from .classes import METADATA
from .columns import note
from .conditions import COMPARISONS, is_keypath

if TYPE_CHECKING:
    from collections.abc import Iterator

    from skysyn import JSON

    from .columns import Columns


@attrs.frozen
class Uses:
    """Enters into *asked* what is compared, into *fixed* what must be a column's."""

    asked: Columns
    known: Columns
    fixed: set[str]

    def predicate(self, type_: str, data: JSON) -> None:
        """Enter every field that *data* uses, with the values compared with it."""
        match data:
            case ["in", left, list(items)]:
                self._enter(type_, left, items)
            case [str(op), left, right] if op in COMPARISONS:
                self._enter(type_, left, [right])
                self._enter(type_, right, [left])
            case list():
                for used in paths([item for item in data if isinstance(item, dict)]):
                    self._enter(type_, used, [], fixed=True)
                for item in data:
                    self.predicate(type_, item)
            case _:
                return

    def others(self, type_: str, data: JSON) -> None:
        """Enter every field that *data*, a sort key or the like, uses."""
        for path in paths(data):
            self._enter(type_, path, [])

    def _enter(
        self, type_: str, side: JSON, values: list[JSON], *, fixed: bool = False
    ) -> None:
        if isinstance(side, list) and side[:1] == ["func"]:
            for used in paths(side):
                self._enter(type_, used, [], fixed=True)
        first, *rest = _names(side)
        if not first or first in METADATA:
            return
        literals = [v for v in values if not is_keypath(v) and not _is_call(v)]
        note(self.asked, type_, first, *([] if rest else literals))
        if fixed or rest:
            self.fixed.add(first)
        for target in self._targets(type_, first) if rest else ():
            path: JSON = {"$type": "keypath", "$val": ".".join(rest)}
            self._enter(target, path, values, fixed=fixed)

    def _targets(self, type_: str, name: str) -> Iterator[str]:
        for kind in self.known.get((type_, name), ()):
            if kind.startswith("ref "):
                yield kind.removeprefix("ref ")


def _names(side: JSON) -> list[str]:
    if isinstance(side, dict) and is_keypath(side):
        return str(side.get("$val", "")).split(".")
    return [""]


def _is_call(data: JSON) -> bool:
    return isinstance(data, list) and data[:1] == ["func"]


def paths(data: JSON) -> Iterator[dict[str, JSON]]:
    """Yield the keypaths in *data*, however deep."""
    match data:
        case dict() if is_keypath(data):
            yield data
        case dict():
            yield from paths(list(data.values()))
        case list():
            for item in data:
                yield from paths(item)
        case _:
            return
