"""Tape: what is being recorded, in the order in which it was sent."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING
from urllib.parse import unquote

import attrs

from .encodings import rewrite
from .exchanges import Exchange
from .standins import IDS

if TYPE_CHECKING:
    from skysyn.transport import Request, Response

    from .questions import Question


@attrs.define(eq=False)
class Slot:
    """The place of one request on a tape; *response* is None until it came.

    *after* is the number of the interaction that was played last before it.
    """

    request: Request
    question: Question
    in_order: bool
    after: int = 0
    response: Response | None = None


@attrs.define
class Tape:
    """Keeps the place of each request; the caller holds a lock.

    Requests of other threads than *owner* may come in any order later.
    """

    owner: int = attrs.field(factory=threading.get_ident)
    slots: list[Slot] = attrs.field(factory=list[Slot])

    def reserve(self, request: Request, question: Question, after: int) -> Slot:
        """Return the place of *request*, before it is sent."""
        slot = Slot(request, question, threading.get_ident() == self.owner, after)
        self.slots.append(slot)
        return slot

    def places(self) -> list[int]:
        """Return after which interaction each of the exchanges took place."""
        return [slot.after for slot in self.slots if slot.response is not None]

    def exchanges(self, recorded_at: str | None) -> list[Exchange]:
        """Return what was answered; calls without an answer are not recorded."""
        return [
            Exchange(
                slot.request,
                slot.response,
                in_order=slot.in_order,
                recorded_at=recorded_at,
            )
            for slot in self.slots
            if slot.response is not None
        ]

    def made(self) -> set[str]:
        """Return the ids that were made while recording: `made_ids()`."""
        return made_ids(
            [
                (slot.question, slot.request, slot.response)
                for slot in self.slots
                if slot.response is not None
            ]
        )


def made_ids(asked: list[tuple[Question, Request, Response]]) -> set[str]:
    """Return the ids that are new: they first appear where something is created."""
    new: set[str] = set()
    old: set[str] = set()
    for question, request, response in asked:
        new |= question.made
        found = _ids(request.url, request.body, response.body) - new - old
        if question.creates:
            new |= found
        else:
            old |= found
    return new


def _ids(url: str, *bodies: bytes) -> set[str]:
    found: set[str] = set()

    def note(text: str) -> str:
        found.update(match.lower() for match in IDS.findall(text))
        return text

    rewrite(unquote(url), note)
    for body in bodies:
        rewrite(body.decode("utf-8", "replace"), note)
    return found
