"""Sockets: WebSocket connections to the hubs (protocol §17)."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from skysyn.transport import Request, Response

from .hub import Refusal
from .subscriber import Subscriber
from .wsgi import HUBS

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping

    from .hub import Hub
    from .server import Server

    Message = MutableMapping[str, Any]
    Receive = Callable[[], Awaitable[Message]]
    Send = Callable[[Message], Awaitable[None]]


class Sockets:
    """The WebSockets of a server, each a connection to one of its hubs."""

    def __init__(self, server: Server) -> None:
        self._server = server
        found = (server.hubs.app, server.hubs.notices)
        hubs = dict(zip(HUBS, found, strict=True))
        self._hubs = {} if server.settings.slave else hubs

    async def answer(self, scope: Any, receive: Receive, send: Send) -> None:
        """Hold one WebSocket connection, or refuse it."""
        await receive()  # the wish to connect
        refusal = await self._refusal(scope)
        if refusal is not None:
            await _refuse(send, refusal)
            await receive()  # until the client has gone
            return
        await send({"type": "websocket.accept"})
        await _Connection(self._hubs[scope["path"]], receive, send).hold()

    async def _refusal(self, scope: Any) -> Response | None:
        request = request_of(scope)
        if scope["path"] in self._hubs:
            return self._server.check_key(request)
        # an action that is asked for in an odd way: the loop cannot wait for it
        acting = asyncio.to_thread(self._server.answer, request)
        try:
            return await asyncio.wait_for(
                acting, self._server.settings.response_seconds or None
            )
        except TimeoutError:
            return self._server.give_up(request)


class _Connection:
    """One connection to a hub."""

    def __init__(self, hub: Hub, receive: Receive, send: Send) -> None:
        self._hub = hub
        self._receive = receive
        self._send = send
        self._subscriber = Subscriber()

    async def hold(self) -> None:
        """Pass messages until one side has had enough."""
        sending = asyncio.create_task(self._send_all())
        try:
            await self._listen()
        finally:
            self._hub.forget(self._subscriber)
            sending.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await sending

    async def _listen(self) -> None:
        while True:
            message = await self._receive()
            if message["type"] != "websocket.receive":
                return
            text = message.get("text") or message.get("bytes") or ""
            try:
                self._hub.understand(self._subscriber, text)
            except Refusal as refusal:
                await self._send({"type": "websocket.send", "text": str(refusal)})
                await self._send({"type": "websocket.close", "code": 1000})
                return

    async def _send_all(self) -> None:
        while (text := await self._subscriber.next()) is not None:
            await self._send({"type": "websocket.send", "text": text})
        reason = "messages were lost: they were read too slowly"
        await self._send({"type": "websocket.close", "code": 1013, "reason": reason})


def request_of(scope: Any) -> Request:
    """Return the request that a connection began with, with its key in a header."""
    headers = {k.decode("latin-1"): v.decode("latin-1") for k, v in scope["headers"]}
    query = parse_qs(scope["query_string"].decode("latin-1"))
    if "x-skygear-api-key" not in headers and "api_key" in query:
        headers["x-skygear-api-key"] = query["api_key"][0]
    return Request("GET", f"http://localhost{scope['path']}", headers)


async def _refuse(send: Send, response: Response) -> None:
    await send(
        {
            "type": "websocket.http.response.start",
            "status": response.status,
            "headers": [
                (name.encode("latin-1"), value.encode("latin-1"))
                for name, value in response.headers.items()
            ],
        }
    )
    await send({"type": "websocket.http.response.body", "body": response.body})
