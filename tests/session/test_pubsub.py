"""Publishing and subscribing, over real WebSockets to a local server."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import attrs
import pytest

from skysyn import MockTransport, Response, Skygear, SkygearSession, connect
from skysyn.errors import (
    AuthenticationError,
    ConnectError,
    ConversionError,
    DeclarationError,
    ProtocolError,
    QueryError,
    StateError,
    TimedOut,
    TransportError,
)
from skysyn.pubsub import Gap, Message, Unreadable
from skysyn.server import Server, Serving, Settings
from tests.ports import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator

KEY = "client-key"
SETTINGS = Settings(api_key=KEY, master_key="master-key")
SOON = 60.0
"""What comes at once, on a machine that does not do something else meanwhile."""


@attrs.frozen
class News:
    """What a channel carries."""

    title: str
    at: datetime | None = None


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    with Server(SETTINGS) as server, Serving(server) as serving:
        yield serving.endpoint


@pytest.fixture
def session(endpoint: str) -> Iterator[SkygearSession]:
    with connect(Skygear(endpoint, api_key=KEY)) as session:
        yield session


@pytest.mark.parametrize(
    "data", [{"a": [1, None]}, "ünï <b>", 0, 1.5, False, "", [], {}, None]
)
def test_what_is_published_is_received(session: SkygearSession, data: object) -> None:
    with session.subscribe("news") as messages:
        session.publish("news", data)

        assert messages.receive(SOON) == Message("news", data)


def test_messages_of_one_publisher_come_in_order(session: SkygearSession) -> None:
    with session.subscribe("a", "b") as messages:
        for number in range(200):
            session.publish("ab"[number % 2], number)

        found = [messages.receive(SOON) for _ in range(200)]

    assert found == [Message("ab"[n % 2], n) for n in range(200)]


def test_typed_messages_are_read_as_their_type(session: SkygearSession) -> None:
    told = News("ready", datetime(2026, 1, 2, tzinfo=UTC))

    with session.subscribe("news", data_type=News) as messages:
        session.publish("news", told)

        assert messages.receive(SOON) == Message("news", told)


def test_one_message_of_another_type_does_not_end_the_others(
    session: SkygearSession,
) -> None:
    with session.subscribe("news", data_type=News) as messages:
        session.publish("news", {"title": 5})
        session.publish("news", News("fine"))
        wrong = messages.receive(SOON)

        assert messages.receive(SOON) == Message("news", News("fine"))
    assert isinstance(wrong, Unreadable)
    assert (wrong.channel, wrong.data) == ("news", {"title": 5})
    assert "title" in str(wrong.error)


def test_channels_are_added_and_removed_while_subscribed(
    session: SkygearSession,
) -> None:
    with session.subscribe("a") as messages:
        messages.add("b")
        messages.remove("a")
        for channel in "ab":
            session.publish(channel, channel)

        assert messages.channels == {"b"}
        assert messages.receive(SOON) == Message("b", "b")


def test_nothing_within_the_time_is_an_error(session: SkygearSession) -> None:
    with session.subscribe("silence") as messages, pytest.raises(TimedOut):
        messages.receive(0.05)


def test_iterating_ends_when_another_thread_closes(session: SkygearSession) -> None:
    messages, found = session.subscribe("a"), list[object]()
    reading = threading.Thread(target=lambda: found.extend(messages))
    reading.start()
    messages.close()
    reading.join(SOON)

    assert (reading.is_alive(), found) == (False, [])
    with pytest.raises(StateError, match="closed"):
        messages.receive()


def test_a_forgotten_subscription_stops_its_thread(session: SkygearSession) -> None:
    before = set(threading.enumerate())
    messages = session.subscribe("a")
    mine = set(threading.enumerate()) - before
    [thread] = [t for t in mine if t.name == "skysyn-pubsub"]
    del messages
    thread.join(SOON)

    assert not thread.is_alive()


def test_threads_publish_at_once_and_each_message_comes_once(
    session: SkygearSession,
) -> None:
    def publish(worker: int) -> None:
        for number in range(50):
            session.publish("busy", worker * 50 + number)

    with session.subscribe("busy") as messages:
        threads = [threading.Thread(target=publish, args=(n,)) for n in range(4)]
        for thread in threads:
            thread.start()
        found = [messages.receive(SOON) for _ in range(200)]
        for thread in threads:
            thread.join()

    numbers = [one.data for one in found if isinstance(one, Message)]
    assert sorted(map(str, numbers)) == sorted(map(str, range(200)))


def test_who_receives_too_slowly_is_told_what_is_missing(
    session: SkygearSession,
) -> None:
    with session.subscribe("a", buffer=3) as messages:
        for number in range(5):
            session.publish("a", number)
        messages.add("marker")

        found = [messages.receive(SOON) for _ in range(4)]

    why = "3 messages wait: they are received too slowly"
    kept = [Message("a", n) for n in range(3)]
    assert found == [*kept, Gap(frozenset({"a"}), why, 2)]


def test_a_server_that_comes_back_is_subscribed_again_after_a_gap() -> None:
    port = free_port()
    with Server(SETTINGS) as server:
        with Serving(server, port=port) as first:
            session = connect(Skygear(first.endpoint, api_key=KEY))
            messages = session.subscribe("a", "b")
        with Serving(server, port=port):
            gap = messages.receive(SOON)
            session.publish("b", "again")

            assert isinstance(gap, Gap)
            assert (gap.channels, gap.lost) == (frozenset({"a", "b"}), None)
            assert messages.receive(SOON) == Message("b", "again")
        messages.close()
        session.close()


def test_a_kept_connection_that_ended_is_opened_again() -> None:
    port = free_port()
    with Server(SETTINGS) as server:
        with Serving(server, port=port) as first:
            session = connect(Skygear(first.endpoint, api_key=KEY))
            session.publish("a", 1)
        with Serving(server, port=port), session.subscribe("a") as messages:
            session.publish("a", 2)

            assert messages.receive(SOON) == Message("a", 2)
        session.close()


def test_a_wrong_key_is_refused_at_once(endpoint: str) -> None:
    session = connect(Skygear(endpoint, api_key="wrong"))

    with pytest.raises(AuthenticationError):
        session.subscribe("a")
    with pytest.raises(AuthenticationError):
        session.publish("a", 1)


def test_a_key_that_is_taken_away_ends_the_subscription() -> None:
    port = free_port()
    with Server(SETTINGS) as server, Serving(server, port=port) as first:
        messages = connect(Skygear(first.endpoint, api_key=KEY)).subscribe("a")
    changed = Settings(api_key="another", master_key="master-key")
    refused = pytest.raises(AuthenticationError)
    with Server(changed) as server, Serving(server, port=port), refused:
        messages.receive(SOON)
    messages.close()


def test_a_server_that_is_not_there_is_an_error_at_once() -> None:
    session = connect(Skygear("http://127.0.0.1:1", api_key=KEY), retry=None)

    with pytest.raises(ConnectError):
        session.subscribe("a")


def test_what_speaks_no_websocket_is_told_apart(endpoint: str) -> None:
    session = connect(Skygear(f"{endpoint}/elsewhere", api_key=KEY))

    with pytest.raises(ProtocolError, match="opened no WebSocket"):
        session.publish("a", 1)


def test_a_transport_without_network_says_so() -> None:
    transport = MockTransport(lambda _: Response(200))
    session = connect(Skygear("http://localhost", api_key=KEY), transport=transport)

    with pytest.raises(TransportError, match="MockTransport has no WebSockets"):
        session.subscribe("a")


@pytest.mark.parametrize("channel", ["", None, 5])
def test_what_is_no_channel_is_refused(session: SkygearSession, channel: str) -> None:
    with pytest.raises(QueryError, match="channel"):
        session.publish(channel, 1)
    with pytest.raises(QueryError, match="channel"):
        session.subscribe(channel)


@pytest.mark.parametrize("data", [object(), float("nan"), {1: {2: {object()}}}])
def test_what_is_no_json_is_refused(session: SkygearSession, data: object) -> None:
    with pytest.raises(ConversionError):
        session.publish("a", data)


def test_a_type_that_no_json_has_is_refused(session: SkygearSession) -> None:
    ambiguous: Any = list[News] | list[int]

    with pytest.raises(DeclarationError, match="cannot be read as"):
        session.subscribe("a", data_type=ambiguous)
