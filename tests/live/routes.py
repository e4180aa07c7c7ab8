"""The eight routes that every live campaign takes."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from .authority import client_context
from .proxies import Hop, proxy_peer

if TYPE_CHECKING:
    from collections.abc import Generator

ROUTES = (
    "direct",
    "http",
    "socks4",
    "socks4a",
    "socks5",
    "socks5h",
    "socks5 with login",
    "accsyn",
)
# by the protocol, an address is resolved here and a name is resolved by the proxy
LOCAL = {"socks4", "socks5"}


class Way(NamedTuple):
    """How to open a transport that takes one of the routes."""

    proxy: str | None
    dns: str
    host: str
    hop: Hop | None


@contextmanager
def open_way(route: str, port: int, *, tls: bool = True) -> Generator[Way, None, None]:
    """Start the proxy of *route* for a server on *port*."""
    if route == "direct":
        yield Way(None, "proxy", "localhost", None)
        return
    login = ("me", "canary-proxy") if route.endswith("login") else None
    kind = route.split(maxsplit=1)[0]
    hop = Hop(kind, login, ("localhost", port), client_context() if tls else None)
    with proxy_peer(hop) as peer:
        user = "" if login is None else "me:canary-proxy@"
        host = "localhost" if kind in LOCAL and login is None else "server.test"
        dns = "local" if host == "localhost" else "proxy"
        yield Way(f"{kind}://{user}127.0.0.1:{peer.port}", dns, host, hop)
