"""Sessions with different proxies do not know of each other."""

from __future__ import annotations

import json
import socket
import ssl
from collections import UserDict
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import TYPE_CHECKING, cast

import socks

from skysyn.transport import DNS, HTTPTransport, Request, open_transport

from .echo import echo_peer
from .routes import ROUTES, open_way

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from concurrent.futures import Future

    from skysyn.transport import Transport

    from .proxies import Hop

CALLS = 25
# the proxies and servers are on this machine, but one of them has another name
PLAIN = "server.test"


def globals_of_the_process() -> list[object]:
    return [
        socket.socket,
        socket.create_connection,
        socket.getaddrinfo,
        socket.getdefaulttimeout(),
        socks.get_default_proxy(),  # pyright: ignore[reportUnknownMemberType]  # stubs
        ssl.SSLContext,
        ssl.SSLSocket,
        ssl.SSLContext.sslsocket_class,
        ssl.create_default_context,
    ]


def ask(transport: Transport, base: str, marker: str, name: str) -> None:
    for number in range(CALLS):
        target = f"/{marker}/{number}"
        response = transport.send(Request("POST", base + target, {}, b"x"))
        answer = json.loads(response.body)
        assert (answer["name"], answer["head"].split()[1]) == (name, target)


def test_eight_sessions_proxies_and_servers_do_not_mix() -> None:
    before = globals_of_the_process()
    with ExitStack() as stack, ThreadPoolExecutor(16) as pool:
        names = [f"server-{number}" for number in range(8)]
        servers = [stack.enter_context(echo_peer(name)) for name in names]
        calls: list[Future[None]] = []
        hops: dict[str, Hop | None] = {}
        for index, route in enumerate(ROUTES):
            # an accsyn proxy knows one server; the others get there by the URL
            way = stack.enter_context(open_way(route, servers[index].port, tls=False))
            transport = stack.enter_context(
                open_transport(
                    way.proxy, dns=cast("DNS", way.dns), allow_plaintext=PLAIN
                )
            )
            marker = f"session-{index}"
            hops[marker] = way.hop
            for name, server in zip(names, servers, strict=True):
                base = f"http://{way.host}:{server.port}"
                served = names[index] if route == "accsyn" else name
                calls.append(pool.submit(ask, transport, base, marker, served))
        for call in calls:
            call.result(60)

    seen = {
        marker: [x for x in hops if x.encode() in hop.seen]
        for marker, hop in hops.items()
        if hop is not None
    }
    assert seen == {
        f"session-{number}": [f"session-{number}"] for number in range(1, 8)
    }
    assert globals_of_the_process() == before


class Interrupting(UserDict[str, str]):
    """Headers that make a call when they are written, so in the middle of another."""

    def __init__(self, inner: Callable[[], object]) -> None:
        super().__init__({"X-Name": "outer"})
        self._calls = iter([bool, inner])

    def __iter__(self) -> Iterator[str]:
        # the first time they are checked, the second time written
        next(self._calls, bool)()
        return super().__iter__()


def test_a_call_in_the_middle_of_another_leaves_that_alone() -> None:
    with echo_peer() as server, HTTPTransport() as transport:
        url = f"http://127.0.0.1:{server.port}"
        inner = Request("POST", f"{url}/inner", {}, b"inner")
        headers = Interrupting(lambda: transport.send(inner))

        answer = transport.send(Request("POST", f"{url}/outer", headers, b"outer"))

    said = json.loads(answer.body)
    assert (said["head"].split()[1], said["body"]) == ("/outer", "outer")
