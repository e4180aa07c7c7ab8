"""Channels that several servers share through a Redis."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from skysyn.errors import DeclarationError, StateError
from skysyn.server import Server
from skysyn.server.hubs import Hubs
from skysyn.server.redis_relay import RedisRelay
from skysyn.server.subscriber import Subscriber

from .asking import settings
from .redis_server import RedisServer, find_program

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from skysyn.models import JSON
    from skysyn.server.hub import Hub


@pytest.fixture
def pair(redis_server: RedisServer) -> Iterator[tuple[Hubs, Hubs]]:
    """The hubs of two processes of one app."""
    one, other = (Hubs(RedisRelay(redis_server.url, "app")) for _ in range(2))
    yield one, other
    one.close()
    other.close()


def heard(
    hub: Hub, publish: Callable[[], None], last: object, channel: str = "news"
) -> list[object]:
    """Return what arrives in *hub* from *publish* on, until *last*."""

    async def listen() -> list[object]:
        one = Subscriber()
        hub.subscribe(one, channel)
        publish()
        found: list[object] = []
        async with asyncio.timeout(60):
            while not found or found[-1] != last:
                found.append(json.loads(await one.next() or "")["data"])
        hub.forget(one)
        return found

    return asyncio.run(listen())


def test_other_processes_hear_what_is_published_in_order(
    pair: tuple[Hubs, Hubs],
) -> None:
    one, other = pair

    def publish() -> None:
        for number in range(500):
            one.app.publish("news", number)

    assert heard(other.app, publish, 499) == list(range(500))


def test_the_publishing_process_hears_it_once(pair: tuple[Hubs, Hubs]) -> None:
    one, other = pair

    def publish() -> None:
        one.app.publish("news", "mine")
        other.app.publish("news", "theirs")

    assert sorted(map(str, heard(one.app, publish, "theirs"))) == ["mine", "theirs"]


def test_hubs_channels_and_apps_are_apart(
    pair: tuple[Hubs, Hubs], redis_server: RedisServer
) -> None:
    one, other = pair
    stranger = Hubs(RedisRelay(redis_server.url, "other"))

    def publish() -> None:
        one.notices.publish("news", "notice")
        one.app.publish("olds", "elsewhere")
        stranger.app.publish("news", "strange")
        stranger.close()
        one.app.publish("news", "right")

    assert heard(other.app, publish, "right") == ["right"]


_ENVELOPE = b"\xa1a\xa3app\xa4news"
_BYTES = st.binary(max_size=40)


@given(st.lists(_BYTES | _BYTES.map(lambda end: b"\x94" + _ENVELOPE + end), max_size=5))
@example([b"hello", b"\x94" + _ENVELOPE + b"\xa1\xff"])
@example([b"\x95" + _ENVELOPE + b"\xa1{" + b"\x91" * 5000])
@hypothesis_settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
    ],
)
def test_what_others_say_on_the_channel_ends_no_relay(
    pair: tuple[Hubs, Hubs], redis_server: RedisServer, said: list[bytes]
) -> None:
    def publish() -> None:
        with redis_server.client as client:
            for junk in said:
                client.publish("skysyn:app:pubsub", junk)
        pair[0].app.publish("olds", "right")

    assert heard(pair[1].app, publish, "right", "olds") == ["right"]


_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | _TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(_TEXT, inner),
    max_leaves=5,
)


@given(st.lists(st.tuples(_TEXT, _JSON), min_size=1, max_size=5))
@hypothesis_settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
    ],
)
def test_all_processes_hear_the_same_on_any_channel(
    pair: tuple[Hubs, Hubs], said: list[tuple[str, JSON]]
) -> None:
    async def listen() -> list[list[str | None]]:
        ears = [Subscriber() for _ in pair]
        for hubs, ear in zip(pair, ears, strict=True):
            for channel, _ in said:
                hubs.app.subscribe(ear, channel)
        for channel, data in said:
            pair[0].app.publish(channel, data)
        async with asyncio.timeout(60):
            found = [[await ear.next() for _ in said] for ear in ears]
        for hubs, ear in zip(pair, ears, strict=True):
            hubs.app.forget(ear)
        return found

    here, there = asyncio.run(listen())

    assert here == there
    assert [json.loads(text or "") for text in here] == [
        {"channel": channel, "data": data} for channel, data in said
    ]


@pytest.fixture
def fleeting() -> Iterator[RedisServer]:
    """A Redis that may be stopped."""
    program = find_program()
    if program is None:
        pytest.skip("Redis is not installed: no redis-server was found")
    with RedisServer(program) as running:
        yield running


@pytest.mark.alone
def test_without_redis_a_process_hears_itself_and_afterwards_the_others(
    fleeting: RedisServer,
) -> None:
    one, other = (Hubs(RedisRelay(fleeting.url, "app")) for _ in range(2))
    fleeting.stop()

    began = time.monotonic()
    alone = heard(one.app, lambda: one.app.publish("news", "alone"), "alone")
    waited = time.monotonic() - began
    fleeting.start()
    again = heard(other.app, lambda: insist(one.app, fleeting), "again")

    assert (alone, again, waited < 1) == (["alone"], ["again"], True)
    one.close()
    other.close()


@pytest.mark.alone
def test_a_flood_without_redis_keeps_nobody_waiting(
    fleeting: RedisServer, caplog: pytest.LogCaptureFixture
) -> None:
    hubs = Hubs(RedisRelay(fleeting.url, "app", room=1))
    fleeting.stop()

    def flood() -> None:
        for number in range(500):
            hubs.app.publish("news", number)

    began = time.monotonic()
    got = heard(hubs.app, flood, 499)
    waited = time.monotonic() - began
    hubs.close()

    assert (got, waited < 5) == (list(range(500)), True)
    assert "a message stays in this process" in caplog.text


def insist(hub: Hub, fleeting: RedisServer) -> None:
    """Publish when both processes listen again."""
    last = time.monotonic() + 60
    with fleeting.client as client:
        while client.execute_command("PUBSUB", "NUMSUB", "skysyn:app:pubsub")[1] < 2:
            assert time.monotonic() < last, "nobody listens again"
            time.sleep(0.05)
    hub.publish("news", "again")


def test_a_server_without_its_redis_does_not_start() -> None:
    with pytest.raises(StateError, match=r"127.0.0.1:1/0: .* running\?") as caught:
        Server(settings(pubsub="redis://:secret@127.0.0.1:1/0"))

    assert "secret" not in str(caught.value)


def test_what_is_no_redis_is_refused() -> None:
    with pytest.raises(DeclarationError, match="write redis://"):
        Server(settings(pubsub="http://localhost"))


@pytest.mark.parametrize("option", ["pubsub", "token_store"])
def test_without_the_package_of_redis_it_is_said_what_to_install(
    option: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "redis", None)
    for name in ("redis_link", "redis_relay", "redis_tokens"):
        monkeypatch.delitem(sys.modules, f"skysyn.server.{name}", raising=False)

    with pytest.raises(DeclarationError, match=r"skysyn\[server\]"):
        Server(settings(**{option: "redis://127.0.0.1:1"}))
