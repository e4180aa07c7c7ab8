"""Aliases: what stands for each secret in a recording, the same one everywhere."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from collections.abc import Iterable

ALIAS = r"skysyn\.[a-z][a-z-]*\.\d+"
PATTERN = re.compile(ALIAS)

MIN_LENGTH = 8
"""Shorter secrets are replaced where they are said, but not within other texts."""

_WORD = re.compile(r"[a-z]+|[A-Z]+(?![a-z])|[A-Z][a-z]*")


@attrs.define
class Aliases:
    """Gives each secret an alias by the place where it was found first."""

    names: dict[str, str] = attrs.field(factory=dict[str, str], repr=False)
    taken: set[str] = attrs.field(factory=set[str])
    _seen: dict[str, str] = attrs.field(factory=dict[str, str], repr=False)
    _pattern: re.Pattern[str] | None = attrs.field(default=None, repr=False)

    def learn(self, place: str, secrets: Iterable[str]) -> None:
        """Give an alias to each of *secrets*, which were found at *place*."""
        for secret in secrets:
            if secret and secret not in self.names and not PATTERN.fullmatch(secret):
                self.names[secret] = self._next(place)
                self._pattern = None

    def of(self, secret: str) -> str:
        """Return the alias of *secret*, which may be one already."""
        return self.names.get(secret, secret)

    def change(self, text: str) -> str:
        """Return *text* with every secret that is long enough replaced."""
        if self._pattern is None:
            self._seen = self._forms()
            self._pattern = re.compile("|".join(map(re.escape, self._seen)) or "(?!)")
        return self._pattern.sub(lambda found: self._seen[found[0]], text)

    def _forms(self) -> dict[str, str]:
        """Return what secrets look like in texts, the longest first, and aliases."""
        found: dict[str, str] = {}
        for secret, alias in self.names.items():
            if len(secret) >= MIN_LENGTH:
                for form in _forms(secret):
                    found[form] = alias
        return dict(sorted(found.items(), key=lambda pair: -len(pair[0])))

    def _next(self, place: str) -> str:
        words = "-".join(_WORD.findall(place)).lower() or "secret"
        number = 1
        while f"skysyn.{words}.{number}" in self.taken:
            number += 1
        alias = f"skysyn.{words}.{number}"
        self.taken.add(alias)
        return alias


def _forms(secret: str) -> set[str]:
    # bytes that are no text are looked at as latin-1
    as_bytes = secret.encode("utf-8", "surrogatepass").decode("latin-1")
    return {
        secret,
        as_bytes,
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
    }
