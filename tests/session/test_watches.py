"""Watch: what it leaves at the server, which here is a list of calls."""

from __future__ import annotations

import gc
import threading
from typing import TYPE_CHECKING, Any

import pytest

from skysyn import JSON, Field, Record
from skysyn.errors import ConnectError, SkysynError, TimedOut
from skysyn.session.inbox import Inbox
from skysyn.session.listener import Channels, Listener
from skysyn.session.subscription import Subscription, make_decoder
from skysyn.session.watching import watch

from .lines import Subscribed, opening

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from skysyn.session.watching import Watch

ENDED = ["subscription:delete", "device:unregister"]


class Note(Record):
    title: Field[str]


class Service:
    """Keeps who asks for what; fails by *errors*, each of an action."""

    def __init__(self, **errors: SkysynError) -> None:
        self.asked: list[str] = []
        self.askers: list[threading.Thread] = []
        self.is_ended = threading.Event()
        self._errors = errors

    def call(self, action: str, __: Mapping[str, JSON]) -> JSON:
        self.asked.append(action)
        self.askers.append(threading.current_thread())
        if action == "device:unregister":
            self.is_ended.set()
        kind, _, verb = action.partition(":")
        if f"{kind}_{verb}" in self._errors:
            raise self._errors[f"{kind}_{verb}"]
        found: JSON = {"id": "d"}
        return found if action == "device:register" else []

    def watch(self, open_line: Callable[[], Any] | None = None) -> Watch[Note]:
        line = open_line or opening(Subscribed())
        return watch(self.call, "_public", line, (Note.query(),), 5)


@pytest.fixture
def collecting() -> Iterator[None]:
    """Collect garbage only where a test says so."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("collecting")
def test_a_watch_that_is_forgotten_is_ended_by_another_thread() -> None:
    service = Service()
    cycle: list[object] = [service.watch()]
    cycle.append(cycle)
    del cycle

    gc.collect()

    assert service.is_ended.wait(60)
    assert service.asked[2:] == ENDED
    assert threading.current_thread() not in service.askers[2:]


def test_a_watch_is_ended_once_by_who_closes_it() -> None:
    service = Service()
    changes = service.watch()

    changes.close()
    changes.close()

    assert service.asked[2:] == ENDED
    assert set(service.askers) == {threading.current_thread()}


def test_a_watch_that_ends_itself_leaves_nothing_behind() -> None:
    service = Service()
    refused = SkysynError("the key was taken away")

    with service.watch(opening(Subscribed(refused))) as changes:
        with pytest.raises(SkysynError, match="taken away"):
            changes.receive(60)

        assert service.is_ended.wait(60)
    assert sorted(service.asked) == sorted(
        ["device:register", "subscription:save", *ENDED]
    )


def test_nothing_is_left_behind_if_nobody_can_listen() -> None:
    def refuse() -> Subscribed:
        msg = "no WebSocket"
        raise ConnectError(msg)

    service = Service()

    with pytest.raises(ConnectError):
        service.watch(refuse)
    assert service.asked == ["device:register", *ENDED]


@pytest.mark.parametrize("error", [TimedOut("lost"), ConnectError("refused")])
def test_nothing_is_left_behind_if_subscribing_fails(error: SkysynError) -> None:
    service, line = Service(subscription_save=error), Subscribed()

    with pytest.raises(type(error)):
        service.watch(opening(line))
    assert service.asked == ["device:register", "subscription:save", *ENDED]
    assert not line.is_open


def test_a_device_goes_even_if_its_subscriptions_cannot() -> None:
    service = Service(subscription_delete=TimedOut("lost"))

    service.watch().close()

    assert service.asked[2:] == ENDED


@pytest.mark.usefixtures("collecting")
def test_a_subscription_may_be_forgotten_while_its_thread_is_woken() -> None:
    class Collecting(Subscribed):
        """A connection in whose `wake()` garbage is collected."""

        def wake(self) -> None:
            gc.collect()
            super().wake()

    listener = Listener(opening(Collecting()), Channels(("news",)), Inbox(5))
    listener.start()
    cycle: list[object] = [Subscription(listener, make_decoder(object))]
    cycle.append(cycle)
    del cycle
    waking = threading.Thread(target=listener.wake, daemon=True)

    waking.start()
    waking.join(10)

    assert not waking.is_alive()
    listener.close()
