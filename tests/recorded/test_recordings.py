"""Every recorded exchange is done again through the public API, or listed with why."""

from __future__ import annotations

import sys
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from . import left
from .recordings import TOPICS, TYPED, VARIABLE, folder
from .walk import walk

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .walk import Outcome

pytestmark = pytest.mark.skipif(
    not folder().is_dir(),
    reason=f"no recordings in {folder()}; {VARIABLE} names another folder",
)


@pytest.fixture(scope="module")
def outcomes() -> list[Outcome]:
    return list(walk())


@pytest.fixture(scope="module")
def kinds(outcomes: list[Outcome]) -> Counter[tuple[str, str]]:
    """How many exchanges there are of each topic and kind."""
    listed = left.listed()
    found: Counter[tuple[str, str]] = Counter()
    for outcome in outcomes:
        place = outcome.exchange.topic, outcome.exchange.number
        group = listed.get(place)
        found[place[0], "covered" if group is None else group.kind] += 1
    return found


def test_what_is_not_covered_is_listed_and_nothing_else(
    outcomes: list[Outcome],
) -> None:
    missed = {
        (o.exchange.topic, o.exchange.number): o
        for o in outcomes
        if o.kind != "covered"
    }

    listed = left.listed()

    assert sorted(missed.keys() - listed.keys()) == []
    assert sorted(listed.keys() - missed.keys()) == []


def test_what_is_refused_raises_the_error_that_is_listed(
    outcomes: list[Outcome],
) -> None:
    raised = {
        (o.exchange.topic, o.exchange.number): o.detail
        for o in outcomes
        if o.kind == "refused"
    }

    refused = {p: g.error for p, g in left.listed().items() if g.kind == "refused"}

    assert refused == raised


def test_what_is_malformed_was_refused_by_the_server_too(
    outcomes: list[Outcome],
) -> None:
    refused = {
        (o.exchange.topic, o.exchange.number)
        for o in outcomes
        if "error" in o.exchange.answer
        or any(entry.get("_type") == "error" for entry in o.exchange.items)
    }

    malformed = {p for p, g in left.listed().items() if g.kind == "malformed"}

    assert malformed <= refused


def test_coverage_is_printed(
    kinds: Counter[tuple[str, str]], capsys: pytest.CaptureFixture[str]
) -> None:
    with capsys.disabled():
        sys.stdout.write("\n" + table(kinds))

    assert kinds.total() == 805


def test_four_fifths_are_covered_or_refused_as_traps(
    kinds: Counter[tuple[str, str]],
) -> None:
    handled = sum(kinds[t, k] for t in TYPED for k in ("covered", "refused"))

    assert handled >= 0.8 * sum(_asked(topic, kinds) for topic in TYPED)


@pytest.mark.parametrize("topic", TYPED)
def test_four_fifths_of_what_is_neither_trap_nor_malformed_are_covered(
    topic: str, kinds: Counter[tuple[str, str]]
) -> None:
    wrong = kinds[topic, "refused"] + kinds[topic, "malformed"]

    assert kinds[topic, "covered"] >= 0.8 * (_asked(topic, kinds) - wrong)


def _asked(topic: str, kinds: Mapping[tuple[str, str], int]) -> int:
    return sum(count for (of, _), count in kinds.items() if of == topic)


def table(kinds: Counter[tuple[str, str]]) -> str:
    """Return how many exchanges of each topic became what."""
    names = ("covered", "refused", "malformed", "left out")
    lines = ["recordings".ljust(26) + "".join(name.rjust(11) for name in names)]
    for topic in TOPICS:
        counts = "".join(f"{kinds[topic, name]:11}" for name in names)
        share = kinds[topic, "covered"] / _asked(topic, kinds)
        lines.append(f"{topic:26}{counts}   {share:.0%} of {_asked(topic, kinds)}")
    asked = sum(_asked(topic, kinds) for topic in TYPED)
    sums = {name: sum(kinds[topic, name] for topic in TYPED) for name in names}
    handled = sums["covered"] + sums["refused"]
    sound = asked - sums["refused"] - sums["malformed"]
    lines.append(
        f"of {asked} about records, {sums['covered'] / asked:.0%} are covered, "
        f"{handled / asked:.0%} covered or refused as traps; of the {sound} that are "
        f"no trap and well-formed {sums['covered'] / sound:.0%} are covered"
    )
    return "\n".join([*lines, ""])
