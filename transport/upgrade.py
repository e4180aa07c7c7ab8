"""Upgrade: from a route to an open WebSocket."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .dial import dial
from .failures import RAISED, translate
from .validity import PORTS
from .websocket import WebSocket
from .wire import Wire

if TYPE_CHECKING:
    import socket
    from urllib.parse import SplitResult

    from .engine import Line
    from .messages import Request, Response


def open_websocket(
    line: Line, parts: SplitResult, request: Request
) -> WebSocket | Response:
    """Return a WebSocket to the server of *parts*, or its refusal.

    The connect limit of the call holds for all of it: names, TCP, proxies, TLS and the
    handshake.

    Raises:
        TransportError: no answer came.
    """
    line.call.enter_connect()
    try:
        wire = Wire(_connect(line, parts), request.safe_url, line.call)
    except RAISED as exc:
        error = translate(exc, url=request.safe_url, maybe_sent=False)
        raise error from error.__cause__
    try:
        opened = WebSocket(wire, request)
        refusal = opened.shake_hands(request)
    except BaseException:
        wire.close()
        raise
    line.call.enter_exchange()
    if refusal is None:
        return opened
    wire.close()
    return refusal


def _connect(line: Line, parts: SplitResult) -> socket.socket:
    host = str(parts.hostname)
    port = parts.port or PORTS[parts.scheme]
    route = line.routes.choose(parts.scheme, host, port)
    sock = dial(route, host, port, line.call)
    if parts.scheme == "http":
        return sock
    try:
        return line.context.wrap_socket(sock, server_hostname=host)
    except BaseException:
        sock.close()
        raise
