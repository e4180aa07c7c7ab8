"""Publisher: threads and processes that share one."""

from __future__ import annotations

import threading

import pytest

from skysyn.errors import TimedOut
from skysyn.session.publisher import Publisher
from skysyn.transport import time_limit
from tests.children import act_in_child

from .lines import FakeLine, opening

pytestmark = pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")


def test_closing_leaves_what_another_thread_opens_meanwhile() -> None:
    class Polite(FakeLine):
        def close(self) -> None:
            super().close()
            publisher.publish("news", "meanwhile")

    first, second = Polite(), FakeLine()
    publisher = Publisher(opening(first, second))
    publisher.publish("news", "before")
    publisher.close()

    assert (first.is_open, second.is_open) == (False, True)


def test_a_process_that_forks_while_a_thread_publishes_may_publish_and_close() -> None:
    def act() -> None:
        publisher.publish("news", "of the child")
        publisher.close()
        assert (len(parents.sent), len(childs.sent)) == (1, 1)

    class Forking(FakeLine):
        def send(self, *texts: str) -> None:
            super().send(*texts)
            endings.append(act_in_child(act))

    parents, childs, endings = Forking(), FakeLine(), list[int]()
    publisher = Publisher(opening(parents, childs))
    publisher.publish("news", "of the parent")

    assert endings == [0]


def test_closing_in_a_child_says_nothing_over_the_connection_of_the_parent() -> None:
    class Parents(FakeLine):
        def close(self) -> None:
            raise AssertionError

    publisher = Publisher(opening(Parents()))
    publisher.publish("news", 1)

    assert act_in_child(publisher.close) == 0


def test_waiting_for_the_message_of_another_thread_ends_with_the_time() -> None:
    found: list[TimedOut] = []

    def publish_in_time() -> None:
        with time_limit(0.05), pytest.raises(TimedOut, match="another thread") as late:
            publisher.publish("news", "late")
        found.append(late.value)

    class Slow(FakeLine):
        def send(self, *texts: str) -> None:
            super().send(*texts)
            other.start()
            other.join(5)

    other, line = threading.Thread(target=publish_in_time, daemon=True), Slow()
    publisher = Publisher(opening(line))
    publisher.publish("news", "slow")

    assert ([error.maybe_sent for error in found], len(line.sent)) == ([False], 1)


@pytest.mark.parametrize(("seconds", "most"), [(None, 30), (60, 30), (5, 5)])
def test_a_message_is_confirmed_within_the_time_of_the_block(
    seconds: float | None, most: float
) -> None:
    line = FakeLine()
    with time_limit(seconds):
        Publisher(opening(line)).publish("news", 1)

    [limit] = line.limits
    assert limit.total is not None
    assert 0 < limit.total <= most


def test_nothing_is_published_after_the_time() -> None:
    line = FakeLine()
    late = pytest.raises(TimedOut, match="had passed")
    with time_limit(0), late as caught:
        Publisher(opening(line)).publish("news", 1)

    assert (caught.value.maybe_sent, line.sent) == (False, [])
