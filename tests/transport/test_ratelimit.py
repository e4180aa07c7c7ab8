from __future__ import annotations

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skysyn.errors import TimedOut
from skysyn.transport import (
    MockTransport,
    Rate,
    RateLimitTransport,
    Request,
    Response,
    Timeout,
)

from .virtual import VirtualTime

ASK = Request("GET", "https://example.com")


def limited(rate: Rate, time: VirtualTime) -> tuple[RateLimitTransport, MockTransport]:
    inner = MockTransport(lambda _: Response(200))
    return RateLimitTransport(inner, rate, time.clock), inner


def test_calls_beyond_the_burst_are_spread() -> None:
    time = VirtualTime()
    transport, _ = limited(Rate(2, burst=3), time)

    for _ in range(6):
        transport.send(ASK)

    assert time.sleeps == [0.5, 0.5, 0.5]


@given(
    st.lists(st.floats(0, 5), max_size=30),
    st.floats(0.1, 50),
    st.integers(1, 5),
)
def test_no_window_has_more_calls_than_allowed(
    gaps: list[float], calls: float, burst: int
) -> None:
    time = VirtualTime()
    transport, _ = limited(Rate(calls, burst=burst), time)
    moments: list[float] = []

    for gap in gaps:
        time.seconds += gap
        transport.send(ASK)
        moments.append(time.seconds)

    for first, start in enumerate(moments):
        for last in range(first, len(moments)):
            allowed = burst + (moments[last] - start) * calls
            assert last - first + 1 <= allowed + 1e-6


def test_a_call_that_could_not_end_in_time_is_refused_at_once() -> None:
    time = VirtualTime()
    transport, inner = limited(Rate(1, seconds=10), time)
    request = attrs.evolve(ASK, timeout=Timeout(total=9))
    transport.send(request)

    with pytest.raises(TimedOut) as caught:
        transport.send(request)

    assert (len(inner.requests), caught.value.maybe_sent) == (1, False)


def test_the_wait_is_taken_off_the_time_limit() -> None:
    transport, inner = limited(Rate(1), VirtualTime())
    request = attrs.evolve(ASK, timeout=Timeout(total=9))

    transport.send(request)
    transport.send(request)

    assert [r.timeout and r.timeout.total for r in inner.requests] == [9, 8]
    assert transport.send(ASK) == Response(200)
