"""Reaching servers and proxies, and not reaching them."""

from __future__ import annotations

import gc
import importlib
import os
import select
import socket
import ssl
import threading
import time
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

import pytest

from skysyn.errors import ProxyError, ProxyRefused, TimedOut, TransportError
from skysyn.transport import HTTPTransport, Request, Timeout, open_transport

from .echo import echo_peer
from .peer import RESET, Line, Peer
from .proxies import Hop, proxy_peer

if TYPE_CHECKING:
    from collections.abc import Generator

SOON = Timeout(0.2, 0.2, 0.2)


@contextmanager
def full_listener() -> Generator[int, None, None]:
    """Listen on a port whose queue is full, so that connecting never ends."""
    with socket.socket() as listener, ExitStack() as stack:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _ in range(4):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(listener.getsockname())
        yield int(listener.getsockname()[1])


@pytest.mark.alone
@pytest.mark.parametrize("kind", ["", "http", "socks4", "socks5", "accsyn"])
def test_a_host_that_swallows_packets_is_left_in_time(kind: str) -> None:
    with full_listener() as port:
        proxy = f"{kind}://127.0.0.1:{port}" if kind else None
        started = time.monotonic()
        timed_out = pytest.raises(TimedOut)
        with open_transport(proxy, timeout=SOON) as transport, timed_out as caught:
            transport.send(Request("GET", f"https://127.0.0.1:{port}/"))

    assert (caught.value.maybe_sent, time.monotonic() - started < 0.45) == (False, True)


def test_a_silent_resolver_is_left_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    given_up = threading.Event()

    def resolve(*_: object, **__: object) -> list[object]:
        given_up.wait(60)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    timed_out = pytest.raises(TimedOut, match=r"slow\.test")
    with open_transport(timeout=SOON) as transport, timed_out as caught:
        transport.send(Request("GET", "https://slow.test/"))
    given_up.set()

    assert caught.value.maybe_sent is False


@pytest.mark.parametrize("kind", ["http", "socks5"])
def test_a_silent_proxy_is_left_in_time(kind: str) -> None:
    timed_out = pytest.raises(TimedOut)
    with (
        Peer(lambda line: line.pause(5)) as peer,
        open_transport(f"{kind}://127.0.0.1:{peer.port}", timeout=SOON) as transport,
        timed_out,
    ):
        transport.send(Request("GET", "https://server.test/"))


def test_an_http_proxy_takes_the_right_login() -> None:
    hop = Hop("http", ("me", "pass"))
    with (
        echo_peer() as server,
        proxy_peer(hop) as peer,
        open_transport(f"http://me:pass@127.0.0.1:{peer.port}") as transport,
    ):
        answer = transport.send(Request("GET", f"http://localhost:{server.port}/"))

    assert (answer.status, b"me:pass" in answer.body) == (200, False)


@pytest.mark.parametrize("login", ["", "me@", "me:canary@"])
def test_an_http_proxy_refuses_other_logins(login: str) -> None:
    refused = pytest.raises(ProxyRefused, match="status 407: give user and password")
    with (
        proxy_peer(Hop("http", ("me", "pass"))) as peer,
        open_transport(f"http://{login}127.0.0.1:{peer.port}") as transport,
        refused as caught,
    ):
        transport.send(Request("GET", "https://server.test/"))

    assert (peer.connections, "canary" in str(caught.value)) == (1, False)


def test_a_rule_of_an_http_proxy_is_a_refusal() -> None:
    def forbid(line: Line) -> None:
        line.read_until(b"\r\n\r\n")
        line.send(b"HTTP/1.1 403 Forbidden\r\n\r\n")

    with (
        Peer(forbid) as peer,
        open_transport(f"http://127.0.0.1:{peer.port}") as transport,
        pytest.raises(ProxyRefused, match=r"status 403$"),
    ):
        transport.send(Request("GET", "https://server.test/"))


def test_an_http_proxy_that_hangs_up_is_named() -> None:
    with (
        Peer(Line.reset) as peer,
        open_transport(f"http://127.0.0.1:{peer.port}", retry=None) as transport,
        pytest.raises(ProxyError, match=f"127.0.0.1:{peer.port}") as caught,
    ):
        transport.send(Request("GET", "https://server.test/"))

    assert caught.value.maybe_sent is False


@pytest.mark.parametrize("kind", ["http", "socks5"])
def test_a_host_that_is_no_name_is_refused(kind: str) -> None:
    with (
        Peer(lambda line: line.pause(5)) as peer,
        open_transport(f"{kind}://127.0.0.1:{peer.port}", timeout=SOON) as transport,
        pytest.raises(TransportError) as caught,
    ):
        transport.send(Request("GET", f"https://{'a' * 64}.test/"))

    assert caught.value.maybe_sent is False


def test_a_reset_before_the_handshake_leaves_no_socket() -> None:
    sockets = importlib.import_module("skysyn.transport.sockets")
    context = sockets.CallContext(ssl.PROTOCOL_TLS_CLIENT)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        client = socket.create_connection(listener.getsockname())
        server, _ = listener.accept()
        server.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        server.close()
        select.select([client], [], [], 60)

        # a socket that is forgotten is a ResourceWarning, which is an error here
        with pytest.raises(OSError, match="reset"):
            context.wrap_socket(client, server_hostname="localhost")
        gc.collect()


@pytest.mark.parametrize(
    ("proxy", "host", "reason"),
    [
        ("socks4://127.0.0.1:9", "[::1]", "has no IPv6"),
        ("socks5h://127.0.0.1:9", f"{'a' * 60}.{'b' * 60}.{'c' * 60}", "dns='local'"),
    ],
)
def test_what_socks_cannot_name_is_refused(proxy: str, host: str, reason: str) -> None:
    refused = pytest.raises(ProxyError, match=reason)
    with open_transport(proxy, retry=None) as transport, refused as caught:
        transport.send(Request("GET", f"https://{host}/"))

    assert caught.value.maybe_sent is False


def test_servers_that_are_many_do_not_keep_connections_forever() -> None:
    with ExitStack() as stack, HTTPTransport() as transport:
        servers = [stack.enter_context(echo_peer()) for _ in range(66)]
        requests = [
            Request("GET", f"http://localhost:{server.port}/") for server in servers
        ]
        answers = [transport.send(request).status for request in [*requests, *requests]]

    assert answers == [200] * 132


def test_another_process_leaves_the_connections_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with echo_peer() as server, HTTPTransport() as transport:
        request = Request("GET", f"http://localhost:{server.port}/")
        transport.send(request)
        monkeypatch.setattr(os, "getpid", lambda: -1)
        answer = transport.send(request)

    assert (answer.status, server.connections) == (200, 2)
