"""ASGI: the server with its HTTP side in threads, for uvicorn and its like."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from a2wsgi import WSGIMiddleware

from .bodies import Bodied, Bodies
from .deadline import Deadline
from .server import Server
from .sockets import Sockets, request_of
from .wsgi import FILES, WSGIApp

if TYPE_CHECKING:
    from .app import App
    from .sockets import Receive, Send

_WORKERS = 32


class ASGIApp:
    """A server as an ASGI application, with others *beside* it for their paths.

    Whoever made the server closes it: the web server's end is not its end.
    """

    def __init__(self, server: Server | App, *beside: App) -> None:
        application: Any = Bodied(WSGIApp(server, *beside))
        self._http: Any = WSGIMiddleware(application, workers=_WORKERS)
        self._served, self._beside = server, beside
        skygear = server if isinstance(server, Server) else None
        self._main: Any = Deadline(self._http, skygear) if skygear else self._http
        self._bodies = Bodies(self._answer, self._limit)
        self._sockets = Sockets(skygear) if skygear else None

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        """Answer one request, or the web server that starts and stops."""
        if scope["type"] == "lifespan":
            await _live(receive, send)
        elif scope["type"] != "websocket":
            await self._bodies(scope, receive, send)
        elif self._sockets is not None:
            await self._sockets.answer(scope, receive, send)
        else:
            await send({"type": "websocket.close"})

    async def _answer(self, scope: Any, receive: Receive, send: Send) -> None:
        is_other = self._other(scope) is not None
        await (self._http if is_other else self._main)(scope, receive, send)

    def _other(self, scope: Any) -> App | None:
        found = (app for app in self._beside if app.serves(scope["path"]))
        return next(found, None)

    def _limit(self, scope: Any) -> int | None:
        """Return how many bytes of a body are read; None if there must be none."""
        app = self._other(scope) or self._served
        if not isinstance(app, Server):
            return app.max_body
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        if not path.startswith(FILES):
            return app.settings.max_body
        return app.settings.max_file if app.has_key(request_of(scope)) else None

    def close(self) -> None:
        """End the threads."""
        self._http.executor.shutdown(wait=True)


async def _live(receive: Receive, send: Send) -> None:
    """Agree to whatever the web server says of its life."""
    while (await receive())["type"] == "lifespan.startup":
        await send({"type": "lifespan.startup.complete"})
    await send({"type": "lifespan.shutdown.complete"})
