"""Bodies are read before a thread is taken, in time, and take little memory."""

from __future__ import annotations

import asyncio
import json
import socket
import tracemalloc
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skysyn import HTTPTransport, Request
from skysyn.server import Server, Serving
from skysyn.server.bodies import Bodies, Pace

from .asking import KEY, settings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable

MIB = 1024 * 1024
UNFINISHED = (
    b"POST %s HTTP/1.1\r\nHost: x\r\nX-Skygear-API-Key: %s\r\n"
    b"Content-Length: 10\r\n\r\n{"
)


@pytest.mark.parametrize("path", [b"/", b"/files/a"])
def test_bodies_that_never_end_keep_nobody_waiting(path: bytes) -> None:
    with (
        Server(settings()) as server,
        Serving(server) as serving,
        ExitStack() as opened,
        HTTPTransport() as transport,
    ):
        for _ in range(40):
            client = socket.create_connection(("127.0.0.1", serving.port))
            opened.enter_context(client).sendall(UNFINISHED % (path, KEY.encode()))
        found = transport.send(Request("GET", serving.endpoint))

    assert found.status == 200


async def in_pieces(pieces: Iterable[bytes]) -> AsyncIterator[dict[str, Any]]:
    """Yield what a web server says of a body."""
    for piece in pieces:
        yield {"type": "http.request", "body": piece, "more_body": True}
    yield {"type": "http.request"}


class Client:
    """One request, as the web server tells of it."""

    def __init__(
        self,
        messages: AsyncIterator[dict[str, Any]],
        *headers: tuple[bytes, bytes],
        version: str = "2",
    ) -> None:
        self.scope = {"headers": [*headers], "http_version": version}
        self.answer: list[Any] = []
        self.read: bytes | None = None
        self._messages = messages

    async def receive(self) -> dict[str, Any]:
        return await anext(self._messages)

    async def send(self, message: Any) -> None:
        self.answer.append(message)

    async def app(self, scope: Any, _: object, __: object) -> None:
        """Read what there is of the body."""
        body = scope.get("skysyn.body")
        self.read = body.input.read() if body else b"unread"

    def ask(self, limit: int | None, pace: Pace) -> int | None:
        """Send it; return the status of its refusal."""
        asking = Bodies(self.app, lambda _: limit, pace)
        asyncio.run(asking(self.scope, self.receive, self.send))
        return self.answer[0]["status"] if self.answer else None


@given(st.lists(st.binary(max_size=9) | st.integers(0, MIB).map(bytes), max_size=4))
def test_a_body_arrives_as_it_was_sent(pieces: list[bytes]) -> None:
    client, whole = Client(in_pieces(pieces)), b"".join(pieces)

    assert client.ask(len(whole), Pace()) is None
    assert client.read == whole


def test_what_is_too_long_is_read_no_further_than_that() -> None:
    sent = iter([b"x"] * 10)
    client = Client(in_pieces(sent))

    assert client.ask(5, Pace()) == 413
    assert (client.read, len(list(sent))) == (None, 4)


HOST, SIX = (b"host", b"x"), (b"content-length", b"6")


@pytest.mark.parametrize(
    ("limit", "headers"), [(5, [HOST, SIX]), (None, [HOST, SIX]), (9, [HOST])]
)
def test_what_is_refused_anyway_or_has_no_body_is_not_read(
    limit: int | None, headers: list[tuple[bytes, bytes]]
) -> None:
    client = Client(in_pieces([b"never"]), *headers, version="1.1")

    assert client.ask(limit, Pace()) is None
    assert client.read == b"unread"


async def dripping(pieces: Iterable[bytes], seconds: float) -> AsyncIterator[Any]:
    """Yield a body of which each part takes some time, and that ends with nothing."""
    async for message in in_pieces(pieces):
        yield message
        await asyncio.sleep(seconds)


def test_who_sends_nothing_more_is_refused_in_the_end() -> None:
    client = Client(dripping([b"{"], 60))

    assert client.ask(9, Pace(seconds=0.05)) == 408
    assert client.read is None


@pytest.mark.alone
def test_who_goes_on_sending_has_more_time_than_who_stops() -> None:
    client = Client(dripping([b"x" * 100] * 20, 0.05))

    assert client.ask(MIB, Pace(seconds=0.8, rate=100)) is None


def test_who_sends_very_slowly_for_ever_is_refused_in_the_end() -> None:
    client = Client(dripping(iter(lambda: b"x", b""), 0.01))

    assert client.ask(MIB, Pace(seconds=0.2, rate=1000)) == 408


async def leaving() -> AsyncIterator[dict[str, Any]]:
    """Yield the start of a body, whose client goes away."""
    yield {"type": "http.request", "body": b"{", "more_body": True}
    yield {"type": "http.disconnect"}


def test_what_its_client_gave_up_is_not_answered() -> None:
    client = Client(leaving())

    assert (client.ask(9, Pace()), client.read) == (None, None)


def test_long_bodies_take_no_memory() -> None:
    piece = bytes(64 * 1024)
    client = Client(in_pieces(piece for _ in range(200 * 16)))

    async def app(scope: Any, _: object, __: object) -> None:
        body = scope["skysyn.body"].input
        client.answer = [
            {"status": sum(len(p) for p in iter(lambda: body.read(MIB), b""))}
        ]

    tracemalloc.start()
    asking = Bodies(app, lambda _: 1024 * MIB)
    asyncio.run(asking(client.scope, client.receive, client.send))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert (client.answer, peak < 8 * MIB) == ([{"status": 200 * MIB}], True)


def test_bodies_in_chunks_are_read() -> None:
    body = json.dumps({"action": "auth:signup", "api_key": KEY}).encode()
    head = (
        b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked"
    )
    parts = (b"%x\r\n%s\r\n" % (len(part), part) for part in (body[:5], body[5:]))
    with (
        Server(settings()) as server,
        Serving(server) as serving,
        socket.create_connection(("127.0.0.1", serving.port)) as client,
        client.makefile("rb") as answer,
    ):
        client.sendall(b"%s\r\n\r\n%s0\r\n\r\n" % (head, b"".join(parts)))
        found = json.loads(answer.read().partition(b"\r\n\r\n")[2])

    assert "access_token" in found["result"]
