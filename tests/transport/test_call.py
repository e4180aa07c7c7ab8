"""Call: what the sockets of a transport know of the call that uses them."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest

from skysyn.transport import Timeout

from .virtual import VirtualTime

Call: Any = import_module("skysyn.transport.call").Call


def test_a_call_goes_on_as_it_was_after_one_in_the_middle_of_it() -> None:
    call = Call(VirtualTime().clock)

    with call.making("/outer", Timeout(total=5)):
        call.is_sent = True
        with pytest.raises(ZeroDivisionError), call.making("/inner", Timeout(total=1)):
            _ = 1 / 0

        assert (call.target, call.is_sent, call.next_wait()) == ("/outer", True, 5.0)


def test_the_limits_of_a_call_end_with_it() -> None:
    time = VirtualTime()
    call = Call(time.clock)

    with call.making("/", Timeout(read=None, total=5)):
        time.clock.sleep(6)
        with pytest.raises(TimeoutError):
            call.next_wait()

    assert call.next_wait() is None
