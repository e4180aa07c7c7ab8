"""Transport: the contract between sessions and everything that carries requests."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING

from skysyn.closing import Closing
from skysyn.errors import TransportError

from .budget import TimeBudget
from .route import Route

if TYPE_CHECKING:
    from .messages import Request, Response
    from .websocket import WebSocket


class Transport(Closing):
    """Carries requests to a server and brings its answers back."""

    @abstractmethod
    def send(self, request: Request) -> Response:
        """Return the answer to *request*, whatever its status.

        Raises:
            TransportError: no answer came; `maybe_sent` says if the request arrived.
        """

    def open_websocket(self, request: Request) -> WebSocket | Response:
        """Return a WebSocket, or the answer of a server that refuses to open it.

        Raises:
            TransportError: no answer came, or this transport has no WebSockets.
        """
        msg = f"{type(self).__name__} has no WebSockets, which {request!r} asks for"
        raise TransportError(msg, url=request.safe_url, maybe_sent=False)

    def explain_route(self, url: str) -> Route:  # noqa: ARG002  # routes of others depend on it
        """Return the way that requests to *url* take, and what decided it."""
        return Route(decided_by=f"{type(self).__name__} uses no network")

    def budget(self) -> TimeBudget:
        """Return the time that calls which belong together share."""
        return TimeBudget(None)

    def close(self) -> None:
        """Give back connections and files; closing twice is fine."""
