"""ASGI: the server with its HTTP side in threads, for uvicorn and its like."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from a2wsgi import WSGIMiddleware

from .wsgi import WSGIApp

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping

    from .server import Server

    Message = MutableMapping[str, Any]
    Receive = Callable[[], Awaitable[Message]]
    Send = Callable[[Message], Awaitable[None]]

_WORKERS = 32


class ASGIApp:
    """An `Server` as an ASGI application."""

    def __init__(self, server: Server) -> None:
        application: Any = WSGIApp(server)
        self._http: Any = WSGIMiddleware(application, workers=_WORKERS)

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        """Answer one request."""
        await self._http(scope, receive, send)

    def close(self) -> None:
        """End the threads."""
        self._http.executor.shutdown(wait=True)
