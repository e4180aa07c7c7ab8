"""Inbox: bounded, and honest about what did not fit."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skysyn.dialects.skygear.channels import Notice
from skysyn.errors import StateError, TimedOut
from skysyn.session.events import Gap
from skysyn.session.inbox import Inbox


def notice(number: int, channel: str = "c") -> Notice:
    return Notice(channel, msgspec.Raw(str(number).encode()))


def taken(inbox: Inbox, most: int = 1000) -> list[int | Gap]:
    found: list[int | Gap] = []
    while len(found) < most:
        try:
            one = inbox.get(0)
        except TimedOut:
            break
        found.append(one if isinstance(one, Gap) else int(bytes(one.data)))
    return found


def test_what_fits_comes_in_order() -> None:
    inbox = Inbox(3)
    for number in range(3):
        inbox.put(notice(number))

    assert taken(inbox) == [0, 1, 2]


def test_what_does_not_fit_becomes_one_gap_where_it_is_missing() -> None:
    inbox = Inbox(2)
    for number in range(5):
        inbox.put(notice(number, f"c{number}"))
    inbox.get(0)
    inbox.put(notice(5))

    why = "2 messages wait: they are received too slowly"
    assert taken(inbox) == [1, Gap(frozenset({"c2", "c3", "c4"}), why, 3), 5]


def test_bytes_are_bounded_too() -> None:
    inbox = Inbox(1000, most_bytes=10)
    for number in range(1_000_000, 1_000_005):
        inbox.put(notice(number))

    assert [type(one) for one in taken(inbox)] == [int, int, Gap]


def test_gaps_that_follow_each_other_are_one() -> None:
    inbox = Inbox(5)
    inbox.put_gap(Gap(frozenset({"a"}), "first", 2))
    inbox.put_gap(Gap(frozenset({"b"}), "second"))

    assert taken(inbox) == [Gap(frozenset({"a", "b"}), "second")]


def test_who_waits_is_told_that_it_is_closed() -> None:
    inbox = Inbox(5)
    inbox.put(notice(1))
    inbox.close()

    with pytest.raises(StateError, match="closed"):
        inbox.get(None)


def test_what_waits_is_given_out_before_the_reason_of_the_end() -> None:
    inbox = Inbox(5)
    inbox.put(notice(1))
    inbox.close(StateError("the key was taken away"))

    assert int(bytes(inbox.get(0).data)) == 1  # type: ignore[union-attr]  # a notice
    with pytest.raises(StateError, match="taken away"):
        inbox.get(0)


@pytest.mark.parametrize("why", [None, StateError("the key was taken away")])
def test_a_closed_inbox_takes_nothing_more(why: StateError | None) -> None:
    inbox, other = Inbox(5), Inbox(5)
    other.put(notice(3))
    inbox.close(why)
    inbox.put(notice(1))
    inbox.put_gap(Gap(frozenset({"c"}), "lost"))
    inbox.put_all(other, Gap(frozenset({"c"}), "lost"))

    assert inbox.is_closed
    with pytest.raises(StateError):
        inbox.get(0)


@given(
    st.lists(st.sampled_from(["put", "take", "gap"]), max_size=60), st.integers(1, 4)
)
def test_every_missing_message_is_covered_by_a_gap(steps: list[str], size: int) -> None:
    inbox, seen = Inbox(size), list[int | Gap]()
    for number, step in enumerate(steps):
        if step == "put":
            inbox.put(notice(number))
        elif step == "gap":
            inbox.put_gap(Gap(frozenset({"c"}), "lost"))
        else:
            seen += taken(inbox, 1)
    seen += taken(inbox)

    last, covered = -1, False
    puts = [n for n, step in enumerate(steps) if step == "put"]
    for one in seen:
        if isinstance(one, Gap):
            covered = True
            continue
        skipped = [n for n in puts if last < n < one]
        assert covered or not skipped
        last, covered = one, False
