"""Literals: what data say by themselves, and only looks like a stand-in or an alias."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote

from . import standins
from .aliases import PATTERN
from .bindings import VARIABLE
from .encodings import rewrite, rewrite_bytes
from .standins import said

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .exchanges import Exchange


def literals(exchanges: Iterable[Exchange], known: Iterable[str]) -> set[str]:
    """Return what looks like a stand-in in *exchanges*, but for those that are *known*.

    A person may be born in January 2000, and a test may like round ids.
    """
    found: set[str] = set()

    def note(text: str) -> str:
        found.update(VARIABLE.findall(text))
        return text

    for exchange in exchanges:
        request, response = exchange.request, exchange.response
        rewrite(unquote(request.url), note)
        rewrite_bytes(request.body, note)
        rewrite_bytes(response.body, note)
    # times are never told as they stand in a file, so each of them is meant
    told = {text for text in known if standins.moment_of(text) is None}
    return {said(text) for text in found - told if _looks_like_one(text)}


def _looks_like_one(text: str) -> bool:
    is_other = standins.is_id(text.lower()) or PATTERN.fullmatch(text) is not None
    return is_other or standins.moment_of(text) is not None
