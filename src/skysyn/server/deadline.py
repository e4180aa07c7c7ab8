"""Deadline: who waits too long for an action is told so, while it goes on."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import attrs

from .sockets import request_of
from .wsgi import FILES

if TYPE_CHECKING:
    from .server import Server
    from .sockets import Message, Receive, Send


@attrs.frozen
class Deadline:
    """An ASGI application that answers for *server* after the seconds it may take.

    Files take as long as they take.
    """

    app: Any
    server: Server

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        """Answer one request."""
        seconds = self.server.settings.response_seconds
        if not seconds or scope["path"].startswith(FILES):
            await self.app(scope, receive, send)
            return
        answer = _Answer(self.server, scope, send)
        timer = asyncio.get_running_loop().call_later(seconds, answer.give_up)
        try:
            await self.app(scope, receive, answer.send)
        finally:
            timer.cancel()


class _Answer:
    """The answer to one request: the action's, or that it takes too long."""

    def __init__(self, server: Server, scope: Any, send: Send) -> None:
        self._server = server
        self._scope = scope
        self._send = send
        self._is_begun = False
        self._refusing: asyncio.Task[None] | None = None

    async def send(self, message: Message) -> None:
        """Pass *message* on, unless its answer comes too late."""
        if self._refusing is None:
            self._is_begun = True
            await self._send(message)

    def give_up(self) -> None:
        """Say that the action takes too long, unless its answer has begun."""
        if not self._is_begun:
            self._refusing = asyncio.create_task(self._refuse())

    async def _refuse(self) -> None:
        refusal = self._server.give_up(request_of(self._scope))
        headers = {**refusal.headers, "Content-Length": str(len(refusal.body))}
        named = [(k.encode("latin-1"), v.encode("latin-1")) for k, v in headers.items()]
        status = refusal.status
        start = {"type": "http.response.start", "status": status, "headers": named}
        await self._send(start)
        await self._send({"type": "http.response.body", "body": refusal.body})
