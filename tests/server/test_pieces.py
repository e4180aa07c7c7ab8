"""Long answers arrive whole, and who does not read them keeps nobody waiting."""

from __future__ import annotations

import json
import socket
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from skysyn import HTTPTransport, Request
from skysyn.server import Server, Serving

from .asking import KEY, settings

if TYPE_CHECKING:
    from collections.abc import Iterator

CONTENT = bytes(range(256)) * 80_000
"""20 MB, which is more than what waits in sockets."""
GET = b"GET /files/%s HTTP/1.1\r\nHost: x\r\n\r\n"


@pytest.fixture(scope="module")
def serving() -> Iterator[Serving]:
    with Server(settings(asset_public=True)) as server, Serving(server) as serving:
        yield serving


@pytest.fixture(scope="module")
def name(serving: Serving) -> str:
    """The name of a large file."""
    headers = {"X-Skygear-API-Key": KEY, "Content-Type": "a/b"}
    with HTTPTransport() as transport:
        url = f"{serving.endpoint}/files/a"
        answer = transport.send(Request("PUT", url, headers, CONTENT))
    found: str = json.loads(answer.body)["result"]["$name"]
    return found


def fetch(serving: Serving, name: str, **headers: str) -> bytes:
    with HTTPTransport() as transport:
        request = Request("GET", f"{serving.endpoint}/files/{name}", headers)
        return transport.send(request).body


def test_a_long_answer_arrives_whole(serving: Serving, name: str) -> None:
    assert fetch(serving, name) == CONTENT
    assert fetch(serving, name, Range="bytes=7-15000000") == CONTENT[7:15_000_001]


def test_who_reads_nothing_keeps_nobody_waiting(serving: Serving, name: str) -> None:
    with ExitStack() as opened, HTTPTransport() as transport:
        for _ in range(40):
            client = opened.enter_context(socket.socket())
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            client.connect(("127.0.0.1", serving.port))
            client.sendall(GET % name.encode())
            # the answer has begun
            assert client.recv(12) == b"HTTP/1.1 200"
        found = transport.send(Request("GET", serving.endpoint))

    assert found.status == 200
    assert fetch(serving, name) == CONTENT
