"""Pieces: long answers are sent without a thread, however slowly they are read."""

from __future__ import annotations

import asyncio
import secrets
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .sockets import Message, Send


class Pieces:
    """The long body of one answer, in whose place its thread sends a *mark*.

    What comes before and after the mark goes to *send* as it is.
    """

    def __init__(self, send: Send) -> None:
        self._send = send
        self._mark = secrets.token_bytes(16)
        self._kept: Iterable[bytes] | None = None

    def keep(self, body: Iterable[bytes]) -> list[bytes]:
        """Keep *body* for later; return what to send in its place."""
        self._kept = body
        return [self._mark]

    async def send(self, message: Message) -> None:
        """Pass *message* on, or send what is kept if it is the mark."""
        if self._kept is None or message.get("body") != self._mark:
            await self._send(message)
            return
        pieces = iter(self._kept)
        # each is read in a thread, which nobody has while it is sent
        while piece := await asyncio.to_thread(_next, pieces):
            more = {"type": "http.response.body", "body": piece, "more_body": True}
            await self._send(more)

    def close(self) -> None:
        """Delete what is kept, sent or not."""
        close: Any = getattr(self._kept, "close", None)
        if close is not None:
            close()


def _next(pieces: Iterator[bytes]) -> bytes:
    return next(pieces, b"")
