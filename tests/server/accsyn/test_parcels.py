"""Parcels: deliveries, requests and streams wait for their recipients."""

from __future__ import annotations

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skysyn.errors import InvalidRequest
from skysyn.server.accsyn import parcels
from skysyn.server.accsyn.clock import DAY, HOUR, SECOND
from skysyn.server.accsyn.lives import FINISHED, Rules
from skysyn.server.accsyn.parcels import ParcelLife, Recipient, advance_parcel

RULES = Rules()
FULL = ParcelLife(created=0, since=0, files=1, recipients=(Recipient("kim"),))
SENT = parcels.submit(FULL, 0, RULES)

parcels_by_chance = st.builds(
    ParcelLife,
    created=st.just(0),
    since=st.integers(0, HOUR),
    status=st.sampled_from(["init", "pending", "waiting", "paused"]),
    recipients=st.lists(
        st.builds(Recipient, st.uuids().map(str), st.none() | st.integers(0, 40 * DAY)),
        max_size=3,
    ).map(tuple),
    expires=st.none() | st.integers(0, 40 * DAY),
)


def people(*acted: int | None) -> tuple[Recipient, ...]:
    return tuple(Recipient(str(number), when) for number, when in enumerate(acted))


def test_what_is_submitted_is_mailed_then_waits() -> None:
    seen = [advance_parcel(SENT, when * SECOND, RULES).status for when in (1, 2, 3600)]

    assert seen == ["pending", "waiting", "waiting"]


def test_it_is_done_when_every_recipient_has_acted() -> None:
    waiting = advance_parcel(SENT, HOUR, RULES)
    one_left = attrs.evolve(waiting, recipients=people(HOUR, None))
    acted = attrs.evolve(waiting, recipients=people(HOUR, 2 * HOUR))

    assert advance_parcel(one_left, 3 * HOUR, RULES).status == "waiting"
    done = advance_parcel(acted, 3 * HOUR, RULES)
    assert (done.status, done.finished) == ("done", 2 * HOUR)


@pytest.mark.parametrize(("acted", "status"), [(HOUR, "done"), (None, "aborted")])
def test_it_expires_after_thirty_days(acted: int | None, status: str) -> None:
    waiting = advance_parcel(SENT, HOUR, RULES)
    two = attrs.evolve(waiting, recipients=people(acted, None))

    over = advance_parcel(two, 31 * DAY, RULES)

    assert (over.status, over.finished) == (status, 30 * DAY + 2 * SECOND)


def test_what_is_never_submitted_is_given_up() -> None:
    assert advance_parcel(FULL, 8 * HOUR, RULES).status == "aborted"


@pytest.mark.parametrize(
    ("empty", "word"),
    [
        (attrs.evolve(FULL, recipients=()), "nobody"),
        (attrs.evolve(FULL, files=0), "upload"),
    ],
)
def test_nothing_is_sent_empty_or_to_nobody(empty: ParcelLife, word: str) -> None:
    with pytest.raises(InvalidRequest, match=word):
        parcels.submit(empty, 0, RULES)


def test_a_request_is_sent_without_files() -> None:
    asked = attrs.evolve(FULL, files=0, needs_files=False)

    assert parcels.submit(asked, 0, RULES).status == "pending"


def test_what_expired_may_be_opened_again() -> None:
    over = advance_parcel(SENT, 31 * DAY, RULES)

    again = parcels.command_parcel(over, "waiting", 40 * DAY, RULES)

    assert (again.status, again.expires) == ("waiting", 70 * DAY)


@pytest.mark.parametrize("status", ["init", "running", "failed", "nonsense"])
def test_only_the_service_sets_such_statuses(status: str) -> None:
    with pytest.raises(InvalidRequest, match="cannot be set"):
        parcels.command_parcel(SENT, status, 0, RULES)


def test_a_dismissed_recipient_is_waited_for_no_more() -> None:
    two = attrs.evolve(SENT, recipients=people(SECOND, None))
    one = attrs.evolve(SENT, recipients=people(SECOND))

    seen = [advance_parcel(each, HOUR, RULES).status for each in (two, one)]
    assert seen == ["waiting", "done"]


@given(parcels_by_chance, st.integers(0, 50 * DAY), st.integers(0, 50 * DAY))
def test_time_may_be_cut_anywhere(parcel: ParcelLife, first: int, second: int) -> None:
    cut = advance_parcel(advance_parcel(parcel, first, RULES), first + second, RULES)

    assert cut == advance_parcel(parcel, first + second, RULES)


@given(parcels_by_chance)
def test_everything_but_a_pause_ends(parcel: ParcelLife) -> None:
    end = advance_parcel(parcel, 400 * DAY, RULES)

    assert end.status in FINISHED or parcel.status == "paused" or end.expires is None
