"""Listening: an ASGI application on a socket, in a thread of its own."""

from __future__ import annotations

import asyncio
from threading import Event, Thread
from typing import TYPE_CHECKING, Any, Protocol

import attrs
import uvicorn

from skysyn.errors import StateError

from .app import HEAD

if TYPE_CHECKING:
    import socket
    from pathlib import Path

_START_SECONDS = 60.0


class Application(Protocol):
    """An ASGI application that has something to end."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one request."""
        ...

    def close(self) -> None:
        """End what runs."""
        ...


@attrs.frozen
class Certificate:
    """Who a server is over TLS: PEM files; the *key* may be in the *chain*."""

    chain: Path
    key: Path | None = None


class _Server(uvicorn.Server):
    """A server that says when it listens, or that it cannot."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.decided = Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start to listen."""
        await super().startup(sockets)
        self.decided.set()


class Listening:
    """An application on *host* and *port*; port 0 takes a free one."""

    def __init__(
        self,
        application: Application,
        host: str,
        port: int,
        *,
        max_head: int = HEAD,
        certificate: Certificate | None = None,
    ) -> None:
        self._application = application
        self._host = host
        self._asked = f"{host}:{port}"
        self._scheme = "http" if certificate is None else "https"
        config = uvicorn.Config(
            application,
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
            h11_max_incomplete_event_size=max_head,
            timeout_graceful_shutdown=10,
            ssl_certfile=None if certificate is None else certificate.chain,
            ssl_keyfile=None if certificate is None else certificate.key,
        )
        self._uvicorn = _Server(config)
        self._thread: Thread | None = None

    @property
    def endpoint(self) -> str:
        """The URL that clients use."""
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"{self._scheme}://{host}:{self.port}"

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
            self._application.close()

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
            msg = f"the server cannot listen on {self._asked}: the port is taken, "
            raise StateError(msg + "or the address is not of this machine")

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
