"""Player: recorded answers to requests that mean the same, each of them once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from .bindings import skeleton

if TYPE_CHECKING:
    from skysyn.transport import Response

    from .bindings import Bindings
    from .exchanges import Exchange
    from .questions import Hidden, Language, Meaning, Question


@attrs.define(eq=False)
class Part:
    """One exchange of a recording; *plays* says how often it was played."""

    number: int
    exchange: Exchange
    question: Question
    plays: int = 0

    @property
    def is_spent(self) -> bool:
        """Whether it can be played no more."""
        return bool(self.plays) and not self.exchange.repeated


@attrs.define
class Player:
    """Finds the recorded answer to each question; the caller holds a lock.

    If it *keeps_order*, those that were sent one after the other are played so; if
    it *may_skip* some, those that are left out cannot come later. *last* is the
    number of the part that was played last.
    """

    parts: list[Part]
    bindings: Bindings
    keeps_order: bool = True
    may_skip: bool = False
    last: int = 0
    _shelves: dict[str, list[Part]] = attrs.field(factory=dict[str, list[Part]])
    _secrets: dict[str, None] = attrs.field(factory=dict[str, None], repr=False)
    _next: int = 0
    _reached: int = 0

    def __attrs_post_init__(self) -> None:
        """Sort the parts by what can be said of their questions at once."""
        for part in self.parts:
            self._shelves.setdefault(self._shelf(part.question), []).append(part)

    @classmethod
    def of(
        cls,
        exchanges: list[Exchange],
        language: Language,
        bindings: Bindings,
        *,
        keeps_order: bool,
        may_skip: bool = False,
    ) -> Player:
        """Return a player of *exchanges*."""
        parts = [
            Part(number, exchange, language.ask(exchange.request))
            for number, exchange in enumerate(exchanges, 1)
        ]
        return cls(parts, bindings, keeps_order, may_skip)

    def play(self, asked: Question) -> Response | None:
        """Return the recorded answer to what is *asked*, or None."""
        part = self.find(asked)
        if part is None:
            return None
        part.plays += 1
        self.last = part.number
        if part.exchange.in_order:
            self._reached = max(self._reached, part.number)
        response = part.exchange.response
        body = self.bindings.answer(response.body)
        headers = {
            name: self.bindings.restore(value)
            for name, value in response.headers.items()
        }
        return attrs.evolve(response, headers=headers, body=body)

    def find(self, asked: Question) -> Part | None:
        """Return the part that answers what is *asked*, and bind its variables."""
        shelf = self._shelves.get(self._shelf(asked), [])
        for index, part in enumerate(shelf):
            if not self._is_due(part) or not self.bindings.match(part.question, asked):
                continue
            if not part.exchange.repeated:
                del shelf[index]
            return part
        return None

    def out_of_order(self, asked: Question) -> Part | None:
        """Return the part that would answer what is *asked*, if it were due."""
        for part in self._shelves.get(self._shelf(asked), []):
            if self.bindings.match(part.question, asked):
                return part
        return None

    def spent(self, asked: Question) -> list[Part]:
        """Return the parts that have answered what is *asked* already."""
        wanted = self._shelf(asked)
        return [
            part
            for part in self.parts
            if part.is_spent
            and self._shelf(part.question) == wanted
            and self.bindings.match(part.question, asked)
        ]

    def unused(self) -> list[Part]:
        """Return the parts that nobody has asked for."""
        return [part for part in self.parts if not part.plays]

    def next_due(self) -> Part | None:
        """Return the part that must be played before others that keep an order."""
        while self._next < len(self.parts):
            part = self.parts[self._next]
            if part.exchange.in_order and not part.plays:
                return part
            self._next += 1
        return None

    def overtook(self) -> Part | None:
        """Return the latest part that was played of those that keep an order."""
        return self.parts[self._reached - 1] if self._reached else None

    def _is_due(self, part: Part) -> bool:
        if not self.keeps_order or not part.exchange.in_order or part.plays:
            return True
        if self.may_skip:
            return part.number > self._reached
        return part is self.next_due()

    def _shelf(self, asked: Question) -> str:
        for secret in (*asked.caller, *_hidden(asked.meaning)):
            self._secrets[secret] = None
        return f"{asked.action} {skeleton(asked.meaning, tuple(self._secrets))}"


def _hidden(value: Meaning) -> list[str]:
    match value:
        case dict():
            return [text for item in value.values() for text in _hidden(item)]
        case list():
            return [text for item in value for text in _hidden(item)]
        case None | str() | int() | float():
            return []
        case _:
            found: Hidden = value
            return [found.value]
