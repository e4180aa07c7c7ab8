"""Dialling: from a route to a connected socket."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

from skysyn.errors import ConnectError, ProxyError, TimedOut

from .address import resolve
from .sockets import CallSocket
from .tunnel_http import open_http_tunnel
from .tunnel_socks import open_socks_tunnel

if TYPE_CHECKING:
    from .address import Address
    from .call import Call
    from .proxy import Proxy
    from .route import Route


def dial(route: Route, host: str, port: int, call: Call) -> CallSocket:
    """Return a socket whose other end is *host*, by way of *route*.

    Raises:
        TransportError: it was not reached; nothing was sent to it.
    """
    try:
        if route.proxy is None:
            return connect(resolve(host, port, call), call)
        if route.dns == "local":
            host = _local_address(route.proxy, resolve(host, port, call))
        return _dial_proxy(route.proxy, host, port, call)
    except TimeoutError as exc:
        msg = f"{host} was not reached in time, {route}"
        raise TimedOut(msg, maybe_sent=False) from exc


def connect(addresses: list[Address], call: Call) -> CallSocket:
    """Return a socket to the first of *addresses* that takes it.

    Raises:
        ConnectError: none does.
        TimeoutError: *call* may not wait longer.
    """
    failure: OSError | None = None
    for index, address in enumerate(addresses):
        sock = CallSocket(call, address.family)
        try:
            wait = call.next_wait()
            # an address that swallows packets must leave time for the next one
            share = None if wait is None else wait / (len(addresses) - index)
            sock.settimeout(share)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            sock.connect((address.host, address.port))
        except OSError as exc:
            sock.close()
            failure = exc
        else:
            return sock
    if isinstance(failure, TimeoutError):
        raise failure
    where = " or ".join(f"{x.host} port {x.port}" for x in addresses)
    msg = f"no connection to {where}: {failure}"
    raise ConnectError(msg, maybe_sent=False) from failure


def _local_address(proxy: Proxy, addresses: list[Address]) -> str:
    """Return the first of *addresses* that *proxy* can be told."""
    if proxy.kind.startswith("socks4"):
        # SOCKS 4 has no IPv6
        addresses = sorted(addresses, key=lambda x: x.family != socket.AF_INET)
    return addresses[0].host


def _dial_proxy(proxy: Proxy, host: str, port: int, call: Call) -> CallSocket:
    try:
        addresses = resolve(proxy.host, proxy.port, call)
        if proxy.is_socks:
            return open_socks_tunnel(proxy, addresses, host, port, call)
        return open_http_tunnel(proxy, connect(addresses, call), host, port)
    except ConnectError as exc:
        msg = f"the proxy {proxy} was not reached: {exc}"
        raise ProxyError(msg, maybe_sent=False) from exc
