"""Filters: which names a listing shows, by `*.mov`, `word*` or `re('…')`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import attrs

from skysyn.dialects.accsyn.refusals import invalid
from skysyn.server.store.texts import compiled

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from skysyn.models import JSON

_EXPRESSION = re.compile(
    r"re\(\s*(['\"])(.*)\1\s*(?:,\s*(['\"])i\3\s*)?\)", re.IGNORECASE | re.DOTALL
)
_MOST = 1000


@attrs.frozen
class Filters:
    """What to show: all but what is excluded; what is included is not excluded.

    Case does not matter. Folders are shown whatever is to be included, so that what
    is in them is found.
    """

    include: Sequence[str] = ()
    exclude: Sequence[str] = ()

    @classmethod
    def load(cls, data: Mapping[str, JSON]) -> Filters:
        """Return the filters that a request has.

        Raises:
            InvalidRequest: one of them is none.
        """
        filters = cls(_texts(data, "include"), _texts(data, "exclude"))
        for text in (*filters.include, *filters.exclude):
            _matches(text, "")
        return filters

    def shows(self, name: str, *, is_folder: bool) -> bool:
        """Whether a file or folder called *name* is shown."""
        if self.include and _any(self.include, name):
            return True
        if _any(self.exclude, name):
            return False
        return is_folder or not self.include


def _texts(data: Mapping[str, JSON], key: str) -> Sequence[str]:
    match data.get(key):
        case None | "":
            return ()
        case str() as text:
            return (text,)
        case list() as items if len(items) <= _MOST:
            texts = tuple(item for item in items if isinstance(item, str))
            if len(texts) == len(items):
                return texts
        case _:
            pass
    msg = f"{key}: a text or a list of texts is wanted"
    raise invalid(msg)


def _any(texts: Sequence[str], name: str) -> bool:
    return any(_matches(text, name) for text in texts)


def _matches(text: str, name: str) -> bool:
    if found := _EXPRESSION.fullmatch(text):
        try:
            return compiled(found[2]).search(name) is not None
        except ValueError as error:
            raise invalid(str(error)) from None
    return _glob(text.casefold(), name.casefold())


def _glob(pattern: str, name: str) -> bool:
    first, *parts = pattern.split("*")
    if not parts:
        return pattern == name
    *middle, last = parts
    if not name.startswith(first) or len(name) < len(first) + len(last):
        return False
    place, end = len(first), len(name) - len(last)
    for part in middle:
        found = name.find(part, place, end)
        if found < 0:
            return False
        place = found + len(part)
    return name.endswith(last)
