from __future__ import annotations

import attrs
import pytest

from skysyn.errors import TimedOut
from skysyn.transport import (
    DeadlineTransport,
    MockTransport,
    Request,
    Response,
    Timeout,
    time_limit,
)

from .virtual import VirtualTime

ASK = Request("GET", "https://example.com/a?key=canary")


def sent_timeout(request: Request, default: Timeout, time: VirtualTime) -> object:
    inner = MockTransport(lambda _: Response(200))
    DeadlineTransport(inner, default, time.clock).send(request)
    return inner.requests[0].timeout


def test_a_request_without_limits_gets_the_default() -> None:
    assert sent_timeout(ASK, Timeout(1, 2, 3), VirtualTime()) == Timeout(1, 2, 3)


def test_a_request_keeps_its_own_limits() -> None:
    request = attrs.evolve(ASK, timeout=Timeout(4, 5, 6))

    assert sent_timeout(request, Timeout(1, 2, 3), VirtualTime()) == Timeout(4, 5, 6)


@pytest.mark.parametrize(("total", "left"), [(None, 7), (3, 3), (9, 7)])
def test_a_block_shortens_what_is_left(total: float | None, left: float) -> None:
    time = VirtualTime()
    with time_limit(10, time.clock):
        time.seconds += 3

        timeout = sent_timeout(ASK, Timeout(1, 2, total), time)

    assert timeout == Timeout(1, 2, left)


def test_of_nested_blocks_the_earliest_end_holds() -> None:
    time = VirtualTime()
    with time_limit(5, time.clock), time_limit(50, time.clock), time_limit(None):
        timeout = sent_timeout(ASK, Timeout(1, 2), time)

    assert timeout == Timeout(1, 2, 5)


def test_the_limit_ends_with_its_block() -> None:
    time = VirtualTime()
    with time_limit(5, time.clock):
        pass

    assert sent_timeout(ASK, Timeout(1, 2), time) == Timeout(1, 2)


def test_nothing_is_sent_when_no_time_is_left() -> None:
    time = VirtualTime()
    inner = MockTransport(lambda _: Response(200))
    transport = DeadlineTransport(inner, clock=time.clock)
    with time_limit(5, time.clock):
        time.seconds += 5

        with pytest.raises(TimedOut) as caught:
            transport.send(ASK)

    assert (inner.requests, caught.value.maybe_sent) == ([], False)
    assert "canary" not in str(caught.value)
