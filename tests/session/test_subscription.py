"""Subscription: what it says when it has ended."""

from __future__ import annotations

import threading

import pytest

from skysyn.errors import AuthenticationError, StateError
from skysyn.session.subscription import Subscription, listen
from tests.children import act_in_child

from .lines import Subscribed, opening


def subscribed(line: Subscribed) -> Subscription[object]:
    return listen(opening(line), ("news",), object, 5)


def test_channels_of_a_closed_subscription_cannot_be_changed() -> None:
    messages = subscribed(Subscribed())
    messages.close()

    with pytest.raises(StateError, match="closed"):
        messages.add("more", timeout=60)
    with pytest.raises(StateError, match="closed"):
        messages.remove("news", timeout=60)


def test_closing_ends_the_wait_of_who_changes_channels() -> None:
    class Deaf(Subscribed):
        """It confirms the first channels only."""

        def send(self, *texts: str) -> None:
            if self.sent:
                threading.Thread(target=messages.close).start()
            else:
                super().send(*texts)

    messages = subscribed(Deaf())

    with pytest.raises(StateError, match="closed"):
        messages.add("more", timeout=60)


def test_who_changes_channels_is_told_why_the_subscription_ended() -> None:
    messages = subscribed(Subscribed(AuthenticationError("the key was taken away")))

    with pytest.raises(AuthenticationError, match="taken away"):
        messages.receive(60)
    with pytest.raises(AuthenticationError, match="taken away"):
        messages.add("more", timeout=60)


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_channels_cannot_be_changed_in_a_child() -> None:
    def act() -> None:
        with pytest.raises(StateError, match="stays in its process"):
            messages.add("more")

    with subscribed(Subscribed()) as messages:
        assert act_in_child(act) == 0
