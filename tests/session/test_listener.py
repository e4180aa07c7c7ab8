"""Listener: how it ends, whatever it is doing."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from skysyn.errors import ConnectError
from skysyn.session.inbox import Inbox
from skysyn.session.listener import Channels, Listener

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
