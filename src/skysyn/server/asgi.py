"""ASGI: the server with its HTTP side in threads, for uvicorn and its like."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from a2wsgi import WSGIMiddleware

from .sockets import Sockets
from .wsgi import WSGIApp

if TYPE_CHECKING:
    from .server import Server
    from .sockets import Receive, Send

_WORKERS = 32


class ASGIApp:
    """A `Server` as an ASGI application."""

    def __init__(self, server: Server) -> None:
        application: Any = WSGIApp(server)
        self._http: Any = WSGIMiddleware(application, workers=_WORKERS)
        self._sockets = Sockets(server)

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "websocket":
            await self._sockets.answer(scope, receive, send)
        else:
            await self._http(scope, receive, send)

    def close(self) -> None:
        """End the threads."""
        self._http.executor.shutdown(wait=True)
