"""Requests: some that no client sends, and long ones that clients do."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from skysyn import HTTPTransport, Request, connect
from skysyn import accsyn as a
from skysyn.dialects.accsyn.events import Event
from skysyn.server import Server, Serving

from .world import ADMIN, World, read

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("method", "query", "body"),
    [
        ("GET", "", b""),
        ("GET", "%", b""),
        ("GET", "%ff%fe", b""),
        ("GET", "[]", b""),
        ("GET", "null", b""),
        ("GET", "%7B%22uri%22%3A" + "%5B" * 5000, b""),
        ("PUT", "", b"\xff"),
        ("PUT", "", b"{" * 100_000),
        ("POST", "", b'{"uri": NaN}'),
        ("PATCH", "", b"{}"),
    ],
)
def test_no_text_makes_the_server_fail(
    world: World, method: str, query: str, body: bytes
) -> None:
    url = f"http://localhost/api/v3/event?{query}"
    response = world.send(Request(method, url, {}, body))

    assert (response.status, list(read(response))) == (400, ["message"])


def test_request_lines_may_be_long(world: World) -> None:
    paths = [f"share=proj/{number:05}/{'x' * 60}" for number in range(1300)]
    data: Any = {"op": "exists", "path": paths}
    event = Event("GET", "workspace/file", data)
    with Serving(world.server) as serving, HTTPTransport() as transport:
        request = world.request(event)
        url = request.url.replace("http://localhost", serving.endpoint)
        url = url.replace("share", "%73%68%61%72%65").replace("xx", "%78%78")
        found = read(transport.send(Request("GET", url, request.headers)))

    assert len(url) > 250_000
    assert [row["result"] for row in found["result"]] == [False] * 1300


def test_a_port_answers_clients_of_both_services(world: World) -> None:
    with Server() as main, Serving(main, "127.0.0.1", 0, world.server) as serving:
        here: Any = {"hostname": "127.0.0.1", "port": serving.port}
        dialect = attrs.evolve(world.server.client(), **here)
        with connect(dialect, transport=HTTPTransport()) as kim:
            users = [user.code for user in kim.query(a.User).limit(1).all()]
        with connect(main.client(serving.endpoint)) as other:
            ada = other.signup(username="ada", password="secret")

    assert (users, ada.profile["username"]) == ([ADMIN], "ada")
