"""Serving: a server on a socket, in a thread of its own."""

from __future__ import annotations

import asyncio
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

import uvicorn

from skysyn.errors import StateError

from .asgi import ASGIApp

if TYPE_CHECKING:
    import socket
    from types import TracebackType
    from typing import Self

    from .app import App
    from .server import Server

_START_SECONDS = 10.0
_HEAD = 256 * 1024


class _Server(uvicorn.Server):
    """A server that says when it listens, or that it cannot."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.decided = Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start to listen."""
        await super().startup(sockets)
        self.decided.set()


class Serving:
    """A server on *host* and *port*; port 0 takes a free one.

    Those *beside* it answer for their paths on the same port. As a context manager it
    serves from a thread of its own.
    """

    def __init__(
        self,
        server: Server | App,
        host: str = "127.0.0.1",
        port: int = 0,
        *beside: App,
    ) -> None:
        self._served = (server, *beside)
        self._app = ASGIApp(server, *beside)
        heads = (getattr(app, "max_head", _HEAD) for app in self._served)
        config = uvicorn.Config(
            self._app,
            host=host,
            port=port,
            log_config=None,
            # it logs whole URLs, in which WebSockets have their keys
            log_level="critical",
            access_log=False,
            server_header=False,
            lifespan="off",
            ws="websockets-sansio",
            # h11 takes long request lines, in which accsyn's clients send their data
            http="h11",
            h11_max_incomplete_event_size=max(_HEAD, *heads),
            timeout_graceful_shutdown=10,
        )
        self._uvicorn = _Server(config)
        self._host = host
        self._thread: Thread | None = None

    @property
    def endpoint(self) -> str:
        """The URL that clients use."""
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"http://{host}:{self.port}"

    @property
    def port(self) -> int:
        """The port that the server listens on."""
        if not self._uvicorn.started:
            msg = "the server does not listen"
            raise StateError(msg)
        name: tuple[Any, ...] = self._uvicorn.servers[0].sockets[0].getsockname()
        return int(name[1])

    def _serve(self) -> None:
        try:
            asyncio.run(self._uvicorn.serve())
        except SystemExit:  # uvicorn's way to say that the port is taken
            pass
        finally:
            self._uvicorn.decided.set()
            self._app.close()

    def start(self) -> None:
        """Serve from a thread; return when the server listens.

        Raises:
            StateError: it cannot, as when the port is taken.
        """
        self._thread = Thread(target=self._serve, name="skysyn-server", daemon=True)
        self._thread.start()
        self._uvicorn.decided.wait(_START_SECONDS)
        if not self._uvicorn.started:
            self.stop()
            msg = f"the server cannot listen on {self._host}: is the port taken?"
            raise StateError(msg)
        for app in self._served:
            app.is_at(self.endpoint)

    def stop(self) -> None:
        """Finish what is asked already, and stop."""
        self._uvicorn.should_exit = True
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def wait(self) -> None:
        """Wait until the server stops, or Ctrl-C."""
        while self._thread is not None and self._thread.is_alive():
            self._thread.join(0.2)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()
