"""Serving: a server on a socket, in a thread of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .asgi import ASGIApp
from .listening import Certificate, Listening

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

    from .app import App
    from .server import Server


class Serving:
    """A server on *host* and *port*; port 0 takes a free one.

    Those *beside* it answer for their paths on the same port. As a context manager it
    serves from a thread of its own; with a *certificate* it speaks TLS.
    """

    def __init__(
        self,
        server: Server | App,
        host: str = "127.0.0.1",
        port: int = 0,
        *beside: App,
        certificate: Certificate | None = None,
    ) -> None:
        self._served = (server, *beside)
        self._listening = Listening(
            ASGIApp(server, *beside),
            host,
            port,
            max_head=max(app.max_head for app in self._served),
            certificate=certificate,
        )

    @property
    def endpoint(self) -> str:
        """The URL that clients use."""
        return self._listening.endpoint

    @property
    def port(self) -> int:
        """The port that the server listens on."""
        return self._listening.port

    def start(self) -> None:
        """Serve from a thread; return when the server listens.

        Raises:
            StateError: it cannot, as when the port is taken.
        """
        self._listening.start()
        for app in self._served:
            app.is_at(self.endpoint)

    def stop(self) -> None:
        """Finish what is asked already, and stop."""
        self._listening.stop()

    def wait(self) -> None:
        """Wait until the server stops, or Ctrl-C."""
        self._listening.wait()

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
