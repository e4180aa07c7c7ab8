"""Kept: a token that is made anew when it has become too old."""

from __future__ import annotations

import time
from threading import Lock
from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from collections.abc import Callable


@attrs.define
class Kept:
    """Keeps what *make* returns: a token, and for how many seconds it is used."""

    _make: Callable[[], tuple[str, float]]
    _lock: Lock = attrs.field(factory=Lock, init=False)
    _token: str = attrs.field(default="", init=False, repr=False)
    _until: float = attrs.field(default=0.0, init=False)

    def token(self) -> str:
        """Return a token that is young enough."""
        with self._lock:
            if time.monotonic() >= self._until:
                self._token, seconds = self._make()
                self._until = time.monotonic() + seconds
            return self._token

    def drop(self, token: str) -> None:
        """Use *token* no more; one that has been replaced already is let be."""
        with self._lock:
            if token == self._token:
                self._until = 0.0
