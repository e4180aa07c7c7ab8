"""ASGI: the server with its HTTP side in threads, for uvicorn and its like."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from a2wsgi import WSGIMiddleware

from .deadline import Deadline
from .server import Server
from .sockets import Sockets
from .wsgi import WSGIApp

if TYPE_CHECKING:
    from .app import App
    from .sockets import Receive, Send

_WORKERS = 32


class ASGIApp:
    """A server as an ASGI application, with others *beside* it for their paths.

    Whoever made the server closes it: the web server's end is not its end.
    """

    def __init__(self, server: Server | App, *beside: App) -> None:
        application: Any = WSGIApp(server, *beside)
        self._http: Any = WSGIMiddleware(application, workers=_WORKERS)
        self._beside = beside
        skygear = server if isinstance(server, Server) else None
        self._main: Any = Deadline(self._http, skygear) if skygear else self._http
        self._sockets = Sockets(skygear) if skygear else None

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        """Answer one request, or the web server that starts and stops."""
        if scope["type"] == "lifespan":
            await _live(receive, send)
        elif scope["type"] != "websocket":
            is_other = any(app.serves(scope["path"]) for app in self._beside)
            await (self._http if is_other else self._main)(scope, receive, send)
        elif self._sockets is not None:
            await self._sockets.answer(scope, receive, send)
        else:
            await send({"type": "websocket.close"})

    def close(self) -> None:
        """End the threads."""
        self._http.executor.shutdown(wait=True)


async def _live(receive: Receive, send: Send) -> None:
    """Agree to whatever the web server says of its life."""
    while (await receive())["type"] == "lifespan.startup":
        await send({"type": "lifespan.startup.complete"})
    await send({"type": "lifespan.shutdown.complete"})
