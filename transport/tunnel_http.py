"""Tunnels through HTTP proxies, by CONNECT."""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING

from skysyn.errors import ProxyError, ProxyRefused

if TYPE_CHECKING:
    from .proxy import Proxy
    from .sockets import CallSocket

ANSWER_LIMIT = 16_384
STATUS = re.compile(rb"HTTP/1\.[01] (\d{3})[ \r]")
FINAL = frozenset({400, 401, 403, 404, 405, 407, 451})


def open_http_tunnel(
    proxy: Proxy, sock: CallSocket, host: str, port: int
) -> CallSocket:
    """Ask *proxy*, which *sock* is connected to, for a tunnel to *host*.

    Raises:
        ProxyRefused: the proxy wants other credentials, or forbids it.
        ProxyError: the proxy failed, or is not an HTTP proxy.
    """
    try:
        sock.sendall(_connect_request(proxy, host, port))
        _check(proxy, _read_answer(sock))
    except (ProxyError, TimeoutError, ValueError):
        sock.close()
        raise
    except OSError as exc:
        sock.close()
        msg = f"the proxy {proxy} hung up: {exc}"
        raise ProxyError(msg, maybe_sent=False) from exc
    return sock


def _connect_request(proxy: Proxy, host: str, port: int) -> bytes:
    name = f"[{host}]" if ":" in host else host.encode("idna").decode("ascii")
    lines = [f"CONNECT {name}:{port} HTTP/1.1", f"Host: {name}:{port}"]
    if proxy.username is not None:
        word = "" if proxy.password is None else proxy.password.reveal()
        login = base64.b64encode(f"{proxy.username}:{word}".encode()).decode("ascii")
        lines.append(f"Proxy-Authorization: Basic {login}")
    return "\r\n".join([*lines, "", ""]).encode("ascii")


def _read_answer(sock: CallSocket) -> bytes:
    """Read the head of the answer and not a byte of what follows it."""
    answer = bytearray()
    while not answer.endswith(b"\r\n\r\n") and len(answer) < ANSWER_LIMIT:
        byte = sock.recv(1)
        if not byte:
            break
        answer += byte
    return bytes(answer)


def _check(proxy: Proxy, answer: bytes) -> None:
    found = STATUS.match(answer)
    if found is None or not answer.endswith(b"\r\n\r\n"):
        msg = f"{proxy} did not answer like an HTTP proxy"
        raise ProxyError(msg, maybe_sent=False)
    status = int(found[1])
    if 200 <= status < 300:
        return
    if status in FINAL:
        msg = f"the proxy {proxy} refused with status {status}"
        if status == 407:
            msg += ": give user and password in proxy='http://user:password@host:port'"
        raise ProxyRefused(msg, maybe_sent=False)
    msg = f"the proxy {proxy} failed with status {status}"
    raise ProxyError(msg, maybe_sent=False)
