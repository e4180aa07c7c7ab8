"""Publishing and subscribing over WebSockets."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from skysyn.server import Server, Serving
from skysyn.server.hub import Hub, Subscriber

from .asking import KEY, settings

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """Where WebSockets are."""
    with Server(settings()) as server, Serving(server) as serving:
        yield serving.endpoint.replace("http", "ws", 1)


def open_at(url: str, path: str = "/pubsub") -> ClientConnection:
    return connect(f"{url}{path}", additional_headers={"X-Skygear-API-Key": KEY})


def say(connection: ClientConnection, action: str, channel: str, data: Any = 1) -> None:
    message = {"action": action, "channel": channel, "data": data}
    connection.send(json.dumps(message))


def test_subscribers_get_what_is_published(url: str) -> None:
    with open_at(url) as one, open_at(url) as other:
        say(one, "sub", "news")
        say(one, "dance", "news")
        assert one.recv(timeout=5) == "Unknow action"
        say(other, "pub", "news", {"hello": "<world>"})

        got = one.recv(timeout=5)

    assert got == '{"channel":"news","data":{"hello":"\\u003cworld\\u003e"}}'


def test_the_two_hubs_are_apart(url: str) -> None:
    with open_at(url) as one, open_at(url, "/_/pubsub") as other:
        say(one, "sub", "news")
        say(other, "pub", "news", "elsewhere")
        say(one, "pub", "news", "here")

        assert json.loads(one.recv(timeout=5))["data"] == "here"


@pytest.mark.parametrize(
    ("path", "status"),
    [("/pubsub", 401), ("/pubsub?api_key=wrong", 401), ("/pubsub/", 200)],
)
def test_who_has_no_key_or_goes_elsewhere_is_refused(
    url: str, path: str, status: int
) -> None:
    with pytest.raises(InvalidStatus) as caught, connect(f"{url}{path}"):
        pass

    assert caught.value.response.status_code == status


@pytest.mark.parametrize(
    "sent",
    [
        "no json",
        "[]",
        '{"action": "sub", "channel": 5}',
        '{"action": "sub", "channel": ""}',
        '{"action": "pub", "channel": "c"}',
        '{"action": "pub", "channel": "c", "data": null}',
        '{"action": "pub", "channel": "c", "data": %s}' % ("[" * 100_000),
        b"\xff",
    ],
)
def test_what_cannot_be_understood_ends_the_connection(
    url: str, sent: str | bytes
) -> None:
    with open_at(url) as connection:
        connection.send(sent)

        assert str(connection.recv(timeout=5)).endswith("Closing Connection")
        with pytest.raises(ConnectionClosed):
            connection.recv(timeout=5)


def test_who_reads_too_slowly_loses_messages_and_costs_no_more() -> None:
    async def run() -> int:
        hub, slow = Hub(), Subscriber()
        hub.subscribe(slow, "news")
        for number in range(5000):
            hub.publish("news", number)
        return slow.waiting.qsize()

    assert asyncio.run(run()) == 1024


def test_who_leaves_is_told_nothing_more() -> None:
    async def run() -> tuple[set[str], int]:
        hub, one = Hub(), Subscriber()
        for name in ("a", "b"):
            hub.understand(one, json.dumps({"action": "sub", "channel": name}))
        hub.understand(one, '{"action": "unsub", "channel": "a"}')
        hub.understand(one, '{"action": "unsub", "channel": "never"}')
        hub.forget(one)
        hub.understand(one, '{"action": "pub", "channel": "b", "data": 1}')
        return one.channels, one.waiting.qsize()

    assert asyncio.run(run()) == (set(), 0)
