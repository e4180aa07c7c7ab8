"""AccsynProxyTransport: through an accsyn daemon that forwards requests."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import attrs
from typing_extensions import override

from skysyn.errors import ConnectError, PlaintextRefused, ProxyError

from .route import Route, is_loopback
from .wrapping import WrappingTransport

if TYPE_CHECKING:
    from collections.abc import Collection

    from .base import Transport
    from .messages import Request, Response
    from .proxy import Proxy
    from .websocket import WebSocket


class AccsynProxyTransport(WrappingTransport):
    """Send requests to an accsyn proxy in place of their server.

    The proxy takes plain HTTP with the path, headers and body of the server's, and
    finds the server by them. Keys can be read between here and there, so a proxy that
    is not on this machine must be named in *allow_plaintext*.
    """

    def __init__(
        self,
        inner: Transport,
        route: Route,
        allow_plaintext: Collection[str] = (),
    ) -> None:
        super().__init__(inner)
        if route.proxy is None or route.proxy.kind != "accsyn":
            msg = f"{route} is not an accsyn proxy"
            raise ProxyError(msg, maybe_sent=False)
        _check_plaintext(route.proxy, allow_plaintext)
        self._route = route
        self._proxy = route.proxy

    @override
    def send(self, request: Request) -> Response:
        host = f"[{self._proxy.host}]" if ":" in self._proxy.host else self._proxy.host
        parts = urlsplit(request.url)
        url = parts._replace(scheme="http", netloc=f"{host}:{self._proxy.port}")
        try:
            return self.inner.send(attrs.evolve(request, url=url.geturl()))
        except ConnectError as exc:
            if exc.maybe_sent:
                raise
            msg = f"the proxy {self._proxy} was not reached: {exc}"
            raise ProxyError(msg, url=request.safe_url, maybe_sent=False) from exc

    @override
    def open_websocket(self, request: Request) -> WebSocket | Response:
        msg = f"the proxy {self._proxy} forwards no WebSockets: {request!r}"
        raise ProxyError(msg, url=request.safe_url, maybe_sent=False)

    @override
    def explain_route(self, url: str) -> Route:
        return self._route


def _check_plaintext(proxy: Proxy, allowed: Collection[str]) -> None:
    if proxy.host in allowed or is_loopback(proxy.host):
        return
    msg = (
        f"an accsyn proxy takes only unencrypted HTTP, so the keys of this session "
        f"could be read between here and {proxy.host}. If that network is yours alone, "
        f"pass allow_plaintext={proxy.host!r}; otherwise use a SOCKS or HTTP proxy, "
        f"through which TLS reaches to the server"
    )
    raise PlaintextRefused(msg, maybe_sent=False)
