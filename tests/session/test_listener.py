"""Listener: how it ends, whatever it is doing."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from skysyn.errors import ConnectError, StateError
from skysyn.session.inbox import Inbox
from skysyn.session.listener import Channels, Listener
from skysyn.session.subscription import Subscription, make_decoder

from .lines import Subscribed, opening

if TYPE_CHECKING:
    from .lines import FakeLine


def started(*lines: FakeLine) -> Listener:
    """Return a listener over *lines*, one after the other."""
    listener = Listener(opening(*lines), Channels(["news"]), Inbox(5))
    listener.start()
    return listener


def test_closing_does_not_wait_for_the_confirmation_of_a_new_connection() -> None:
    lost, silent = Subscribed(ConnectError("lost")), Subscribed(is_confirming=False)
    listener = started(lost, silent)
    assert silent.is_waited_for.wait(60)
    closing = threading.Thread(target=listener.close, daemon=True)
    closing.start()
    closing.join(5)

    assert (closing.is_alive(), lost.is_open, silent.is_open) == (False, False, False)


@pytest.mark.parametrize("error", [RuntimeError("no thread"), MemoryError()])
def test_an_error_of_the_thread_itself_is_told_to_who_receives(
    error: Exception,
) -> None:
    line = Subscribed(error)
    listener = started(line)

    with pytest.raises(StateError, match=f"ended by {type(error).__name__}") as told:
        listener.inbox.get(10)
    listener.close()
    assert (told.value.__cause__, line.is_open) == (error, False)


def test_an_error_of_the_thread_itself_is_no_end_of_iterating() -> None:
    listener = started(Subscribed(RuntimeError("no thread")))
    messages: Subscription[object] = Subscription(listener, make_decoder(object))

    with pytest.raises(StateError, match="no thread"), messages:
        list(messages)


def test_a_thread_that_cannot_start_leaves_no_connection(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(threading.Thread, "start", fail)
    line = Subscribed()
    with pytest.raises(RuntimeError):
        started(line)

    assert not line.is_open
