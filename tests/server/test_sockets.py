"""Publishing and subscribing over WebSockets."""

from __future__ import annotations

import asyncio
import json
import socket
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from skysyn import HTTPTransport, Request
from skysyn.cloud import App, Options
from skysyn.server import Server, Serving
from skysyn.server.hubs import Hubs
from skysyn.server.services import open_services
from skysyn.server.subscriber import Subscriber

from .asking import KEY, MASTER, settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from skysyn.server.hub import Hub


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
        assert one.recv(timeout=60) == "Unknow action"
        say(other, "pub", "news", {"hello": "<world>"})

        got = one.recv(timeout=60)

    assert got == '{"channel":"news","data":{"hello":"\\u003cworld\\u003e"}}'


def test_the_two_hubs_are_apart(url: str) -> None:
    with open_at(url) as one, open_at(url, "/_/pubsub") as other:
        say(one, "sub", "news")
        say(other, "pub", "news", "elsewhere")
        say(one, "pub", "news", "here")

        assert json.loads(one.recv(timeout=60))["data"] == "here"


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
        '{"action": "pub", "channel": "c", "data": %s}' % ("[" * 100_000),
        b"\xff",
    ],
)
def test_what_cannot_be_understood_ends_the_connection(
    url: str, sent: str | bytes
) -> None:
    with open_at(url) as connection:
        connection.send(sent)

        assert str(connection.recv(timeout=60)).endswith("Closing Connection")
        with pytest.raises(ConnectionClosed):
            connection.recv(timeout=60)


def test_who_reads_too_slowly_loses_messages_and_costs_no_more() -> None:
    async def run() -> int:
        hub, slow = Hubs().app, Subscriber()
        hub.subscribe(slow, "news")
        for number in range(5000):
            hub.publish("news", number)
        return slow.waiting

    assert asyncio.run(run()) == 1024


def code_of_end(connection: ClientConnection) -> int | None:
    try:
        while True:
            connection.recv(timeout=60)
    except ConnectionClosed as closed:
        return closed.rcvd.code if closed.rcvd is not None else None


def test_who_lost_messages_is_sent_away_to_notice(url: str) -> None:
    key, port = {"X-Skygear-API-Key": KEY}, int(url.rpartition(":")[2])
    small = socket.socket()
    small.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    small.connect(("127.0.0.1", port))
    opening = connect(
        f"{url}/pubsub",
        sock=small,
        additional_headers=key,
        max_queue=1,
        compression=None,
        ping_interval=None,
    )
    with opening as slow, open_at(url) as other:
        say(slow, "sub", "flood")
        say(other, "sub", "flood")
        for number in range(1500):
            say(other, "pub", "flood", f"{number}{'x' * 40_000}")
            other.recv(timeout=60)

        assert code_of_end(slow) == 1013


def test_who_leaves_is_told_nothing_more() -> None:
    async def run() -> tuple[set[str], int]:
        hub, one = Hubs().app, Subscriber()
        for name in ("a", "b"):
            hub.understand(one, json.dumps({"action": "sub", "channel": name}))
        hub.understand(one, '{"action": "unsub", "channel": "a"}')
        hub.understand(one, '{"action": "unsub", "channel": "never"}')
        hub.forget(one)
        hub.understand(one, '{"action": "pub", "channel": "b", "data": 1}')
        return one.channels, one.waiting

    assert asyncio.run(run()) == (set(), 0)


def test_any_thread_may_publish_and_nothing_is_lost_or_mixed_up() -> None:
    async def run() -> list[list[int]]:
        hub, one = Hubs().app, Subscriber()
        hub.subscribe(one, "news")
        threads = [Thread(target=publish, args=(hub, t)) for t in range(4)]
        for thread in threads:
            thread.start()
        got = [json.loads(await one.next() or "")["data"] for _ in range(800)]
        for thread in threads:
            thread.join()
        return [[n for t, n in got if t == thread] for thread in range(4)]

    def publish(hub: Hub, thread: int) -> None:
        for number in range(200):
            hub.publish("news", [thread, number])

    assert asyncio.run(run()) == [list(range(200))] * 4


def test_publishing_to_who_is_gone_with_its_loop_does_nothing() -> None:
    hub = Hubs().app

    async def come() -> Subscriber:
        one = Subscriber()
        hub.subscribe(one, "news")
        return one

    gone = asyncio.run(come())
    hub.publish("news", 1)

    assert gone.waiting == 1


def test_a_request_thread_reaches_who_listens_on_a_socket() -> None:
    with Server(settings()) as server, Serving(server) as serving:
        url = serving.endpoint.replace("http", "ws", 1)
        with open_at(url, "/_/pubsub") as one:
            say(one, "sub", "_sub_d")
            say(one, "dance", "_sub_d")
            assert one.recv(timeout=60) == "Unknow action"
            server.hubs.notices.publish("_sub_d", {"n": 1})

            assert one.recv(timeout=60) == '{"channel":"_sub_d","data":{"n":1}}'


def refusal(url: str, path: str) -> tuple[int, Any]:
    """Return the answer to a wish for a WebSocket where there is none."""
    with pytest.raises(InvalidStatus) as caught:
        open_at(url, path)
    response = caught.value.response
    return response.status_code, json.loads(response.body or b"null")


def test_an_action_that_a_websocket_asks_for_keeps_nobody_waiting() -> None:
    begun, free, found = Event(), Event(), list[Any]()
    code = App(Options(apikey=KEY, masterkey=MASTER))

    @code.op("wait")
    def wait(**_: object) -> object:
        begun.set()
        return {"freed": free.wait(10)}

    with Server(settings(), code) as server, Serving(server) as serving:
        url = serving.endpoint.replace("http", "ws", 1)
        asking = Thread(target=lambda: found.append(refusal(url, "/wait")))
        asking.start()
        begun.wait(60)
        with HTTPTransport() as transport:
            other = transport.send(Request("GET", serving.endpoint))
        free.set()
        asking.join()

    assert (other.status, found) == (200, [(200, {"result": {"freed": True}})])


def test_an_action_that_a_websocket_asks_for_has_its_time(tmp_path: Path) -> None:
    made = settings(database=str(tmp_path / "db"), response_seconds=0.3)
    with (
        Server(made) as server,
        Serving(server) as serving,
        open_services(made) as other,
        other.store.write(),
    ):
        url = serving.endpoint.replace("http", "ws", 1)
        status, body = refusal(url, "/auth/signup")

    assert (status, body["error"]["code"]) == (503, 122)
