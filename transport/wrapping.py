"""WrappingTransport: the contract of transports around a transport."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typing_extensions import override

from .base import Transport

if TYPE_CHECKING:
    from .budget import TimeBudget
    from .messages import Request, Response
    from .route import Route
    from .websocket import WebSocket


class WrappingTransport(Transport):
    """Do something around the calls of `inner`; subclasses say what in `send()`."""

    def __init__(self, inner: Transport) -> None:
        self.inner = inner

    @override
    def open_websocket(self, request: Request) -> WebSocket | Response:
        return self.inner.open_websocket(request)

    @override
    def explain_route(self, url: str) -> Route:
        return self.inner.explain_route(url)

    @override
    def budget(self) -> TimeBudget:
        return self.inner.budget()

    @override
    def close(self) -> None:
        self.inner.close()
