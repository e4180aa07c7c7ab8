from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skysyn.errors import ConnectError, TimedOut, TLSError, TransportError
from skysyn.transport import (
    Effect,
    MockTransport,
    Request,
    Response,
    Retry,
    RetryBudget,
    RetryTransport,
    Timeout,
)

from .virtual import VirtualTime

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Step = Response | TransportError
OK = Response(200)
BUSY = Response(503)
READ = Request("GET", "https://example.com", effect="read")
WRITE = attrs.evolve(READ, effect="write")


def playing(steps: Sequence[Step]) -> MockTransport:
    left = list(steps)

    def answer(_: Request) -> Response:
        step = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(step, TransportError):
            raise type(step)(str(step), maybe_sent=step.maybe_sent)
        return step

    return MockTransport(answer)


def retrying(
    steps: Sequence[Step], time: VirtualTime, attempts: int = 4
) -> tuple[RetryTransport, MockTransport]:
    inner = playing(steps)
    policy = Retry(attempts=attempts, first_wait=1)
    return RetryTransport(inner, policy, clock=time.clock, luck=lambda: 0.5), inner


def outcome_of(call: Callable[[], Response]) -> Step:
    try:
        return call()
    except TransportError as exc:
        return exc


def test_a_read_is_repeated_until_it_is_answered() -> None:
    time = VirtualTime()
    transport, inner = retrying([ConnectError("x"), BUSY, OK], time)

    answer = transport.send(READ)

    assert (answer, len(inner.requests), time.sleeps) == (OK, 3, [0.5, 1.0])


def test_the_last_answer_is_returned_when_all_fail() -> None:
    transport, inner = retrying([BUSY], VirtualTime())

    assert (transport.send(READ), len(inner.requests)) == (BUSY, 4)


def test_the_last_error_is_raised_when_all_fail() -> None:
    transport, _ = retrying([ConnectError("x")], VirtualTime())

    with pytest.raises(ConnectError) as caught:
        transport.send(READ)

    assert caught.value.__notes__ == ["tried 4 times"]


def test_a_write_that_may_have_arrived_is_sent_once() -> None:
    transport, inner = retrying([TimedOut("x"), OK], VirtualTime())

    with pytest.raises(TimedOut):
        transport.send(WRITE)

    assert len(inner.requests) == 1


def test_a_write_that_never_arrived_is_repeated() -> None:
    transport, _ = retrying([ConnectError("x", maybe_sent=False), OK], VirtualTime())

    assert transport.send(WRITE) == OK


def test_an_error_tells_if_any_attempt_may_have_arrived() -> None:
    steps = [TimedOut("x"), ConnectError("y", maybe_sent=False)]
    transport, _ = retrying(steps, VirtualTime())

    with pytest.raises(ConnectError) as caught:
        transport.send(attrs.evolve(READ, effect="upsert"))

    assert caught.value.maybe_sent


def test_each_attempt_gets_the_time_that_is_left() -> None:
    transport, inner = retrying([BUSY, BUSY, OK], VirtualTime())

    transport.send(attrs.evolve(READ, timeout=Timeout(total=5)))

    totals = [r.timeout and r.timeout.total for r in inner.requests]
    assert totals == [5, 4.5, 3.5]


def test_no_attempt_begins_that_the_limit_would_end() -> None:
    time = VirtualTime()
    asked = Response(503, {"Retry-After": "20"})
    transport, inner = retrying([asked, OK], time)

    answer = transport.send(attrs.evolve(READ, timeout=Timeout(total=10)))

    assert (answer, len(inner.requests), time.sleeps) == (asked, 1, [])


def test_all_attempts_send_the_same_request() -> None:
    transport, inner = retrying([BUSY, BUSY, OK], VirtualTime())
    request = attrs.evolve(READ, headers={"Idempotency-Key": "mine"}, body=b"x")

    transport.send(request)

    assert inner.requests == [request] * 3


@given(st.integers(50, 500))
def test_total_failure_costs_a_fifth_more_requests(calls: int) -> None:
    inner = playing([ConnectError("x")])
    budget = RetryBudget(share=0.2, reserve=1)
    transport = RetryTransport(inner, budget=budget, clock=VirtualTime().clock)

    for _ in range(calls):
        outcome_of(lambda: transport.send(READ))

    assert len(inner.requests) <= 1.2 * calls + 1


STEPS: list[Step] = [
    *(Response(status) for status in (200, 404, 429, 500, 502, 503, 504)),
    *(
        kind("x", maybe_sent=maybe_sent)
        for kind in (ConnectError, TimedOut, TLSError)
        for maybe_sent in (True, False)
    ),
]


@given(
    st.lists(st.sampled_from(STEPS), min_size=1, max_size=8),
    st.sampled_from(["read", "upsert", "write"]),
    st.integers(1, 6),
    st.floats(0.1, 20),
)
def test_every_history_keeps_the_rules(
    steps: list[Step], effect: Effect, attempts: int, total: float
) -> None:
    time = VirtualTime()
    transport, inner = retrying(steps, time, attempts)
    request = attrs.evolve(READ, effect=effect, timeout=Timeout(total=total))
    policy = Retry()

    outcome = outcome_of(lambda: transport.send(request))

    sent = len(inner.requests)
    played = [*steps, *[steps[-1]] * 10][:sent]
    assert sent <= attempts
    assert sum(time.sleeps) < total
    assert all(
        policy.accepts_answer(effect, step)
        if isinstance(step, Response)
        else policy.accepts_error(effect, step)
        for step in played[:-1]
    )
    if isinstance(outcome, TransportError):
        assert outcome.maybe_sent == any(
            isinstance(step, Response) or step.maybe_sent for step in played
        )
    else:
        assert outcome == played[-1]
