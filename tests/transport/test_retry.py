from __future__ import annotations

from email.utils import formatdate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skysyn.errors import (
    BrokenAnswer,
    ConnectError,
    LimitExceeded,
    PlaintextRefused,
    ProxyError,
    ProxyRefused,
    TimedOut,
    TLSError,
    TransportError,
)
from skysyn.transport import Effect, Response, Retry, RetryBudget

REPEATED = [ConnectError, TimedOut, BrokenAnswer, ProxyError]
FINAL = [TLSError, LimitExceeded, PlaintextRefused, ProxyRefused, TransportError]


@pytest.mark.parametrize("error", REPEATED)
@pytest.mark.parametrize("effect", ["read", "upsert"])
def test_reads_and_upserts_are_repeated_after_passing_errors(
    error: type[TransportError], effect: Effect
) -> None:
    assert Retry().accepts_error(effect, error("x"))


@pytest.mark.parametrize("error", FINAL)
@pytest.mark.parametrize("effect", ["read", "upsert", "write"])
def test_lasting_errors_are_not_repeated(
    error: type[TransportError], effect: Effect
) -> None:
    assert not Retry().accepts_error(effect, error("x", maybe_sent=False))


@pytest.mark.parametrize("error", REPEATED)
@pytest.mark.parametrize("maybe_sent", [True, False])
def test_writes_are_repeated_only_if_nothing_arrived(
    error: type[TransportError], maybe_sent: bool
) -> None:
    worth = Retry().accepts_error("write", error("x", maybe_sent=maybe_sent))

    assert worth is not maybe_sent


@given(st.integers(200, 599), st.sampled_from(["read", "upsert", "write"]))
def test_only_four_statuses_are_repeated_and_never_for_writes(
    status: int, effect: Effect
) -> None:
    expected = effect != "write" and status in {429, 502, 503, 504}

    assert Retry().accepts_answer(effect, Response(status)) == expected


DATE = formatdate(1_000_060, usegmt=True)
ASKED = [
    ("0", 0.0),
    ("3", 3.0),
    ("999999", 999_999.0),
    ("9" * 400, 999_999_999.0),
    (" 5 ", 5.0),
    (DATE, 60.0),
    (formatdate(5, usegmt=True), 0.0),
    ("soon", 0.0),
    ("-1", 0.0),
    ("1.5", 0.0),
    ("٣", 0.0),
    ("", 0.0),
]


@pytest.mark.parametrize(("text", "seconds"), ASKED)
def test_retry_after_is_seconds_or_a_date(text: str, seconds: float) -> None:
    patient = Retry(longest_retry_after=1e12)

    wait = patient.wait(1, Response(503, {"retry-after": text}), 0, 1_000_000)

    assert wait == seconds


def test_without_the_header_nothing_is_asked() -> None:
    assert Retry().wait(1, Response(503), 0, 0) == 0


@given(st.integers(1, 10_000), st.floats(0, 1), st.floats(0, 100), st.floats(0, 100))
def test_waits_are_within_their_bounds(
    attempt: int, luck: float, first: float, longest: float
) -> None:
    policy = Retry(first_wait=first, longest_wait=longest)

    wait = policy.wait(attempt, None, luck, 0)

    assert 0 <= wait <= policy.bound(attempt) <= longest
    assert policy.bound(attempt) <= policy.bound(attempt + 1)


@given(st.integers(0, 10**9), st.floats(0, 1))
def test_retry_after_is_kept_to_up_to_its_cap(asked: int, luck: float) -> None:
    policy = Retry(longest_wait=1, longest_retry_after=30)

    wait = policy.wait(1, Response(503, {"Retry-After": str(asked)}), luck, 0)

    assert wait == max(luck * policy.bound(1), min(asked, 30))


@given(st.integers(0, 2000), st.floats(0, 0.5), st.integers(0, 20))
def test_a_budget_gives_its_reserve_and_a_share(
    calls: int, share: float, reserve: int
) -> None:
    budget = RetryBudget(share, reserve)
    taken = 0
    for _ in range(calls):
        budget.count_call()
        while budget.take():
            taken += 1

    assert taken <= reserve + share * calls + 1e-6
