"""Each normalisation: what it takes for the same, the server answered the same to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from .normal import (
    field_first,
    instant,
    instants,
    no_count,
    no_empty_options,
    no_metadata_keys,
    no_null_access,
    no_nulls,
    normal,
    owner_by_one_name,
    public_database,
    same,
)
from .recordings import VARIABLE, exchanges, folder

if TYPE_CHECKING:
    from collections.abc import Callable

    from skysyn import JSON

    from .normal import Body

QUERIES = "04-record-query"

recorded = pytest.mark.skipif(
    not folder().is_dir(),
    reason=f"no recordings in {folder()}; {VARIABLE} names another folder",
)


@recorded
@pytest.mark.parametrize(
    ("rule", "one", "other"),
    [
        (public_database, 5, 7),
        (public_database, 6, 7),
        (owner_by_one_name, 85, 86),
        (owner_by_one_name, 208, 209),
        (field_first, 17, 19),
        (field_first, 12, 67),
        (field_first, 111, 116),
    ],
)
def test_requests_that_are_the_same_got_the_same_answer(
    rule: Callable[[Body], Body], one: int, other: int
) -> None:
    first, second = (exchanges(QUERIES)[number - 1] for number in (one, other))

    written = [rule(first.body), rule(second.body)]

    assert same(written[0], written[1])
    assert not same(first.body, second.body)
    assert same(first.answered, second.answered)


RULES: list[tuple[Callable[[Body], Body], Body, Body]] = [
    (public_database, {}, {"database_id": "_public"}),
    (public_database, {"database_id": ""}, {"database_id": "_public"}),
    (public_database, {"database_id": "_private"}, {"database_id": "_private"}),
    (no_count, {"count": False}, {}),
    (no_count, {"count": True}, {"count": True}),
    (no_nulls, {"predicate": None, "limit": None, "x": None}, {"x": None}),
    (no_empty_options, {"sort": [], "include": {}, "ids": []}, {"ids": []}),
    (
        no_null_access,
        {"records": [{"_id": "a/1", "_access": None}, {"_access": []}]},
        {"records": [{"_id": "a/1"}, {"_access": []}]},
    ),
    (no_metadata_keys, {"desired_keys": ["_id", "n"]}, {"desired_keys": ["n"]}),
    (
        owner_by_one_name,
        {"sort": [[{"$type": "keypath", "$val": "_owner"}, "asc"]]},
        {"sort": [[{"$type": "keypath", "$val": "_owner_id"}, "asc"]]},
    ),
    (
        field_first,
        {"predicate": ["not", ["gte", 1, {"$type": "keypath", "$val": "n"}]]},
        {"predicate": ["not", ["lte", {"$type": "keypath", "$val": "n"}, 1]]},
    ),
    (
        instants,
        {"x": [{"$type": "date", "$date": "2020-01-01T08:00:00.10+08:00"}]},
        {"x": [{"$type": "date", "$date": "2020-01-01T00:00:00.1Z"}]},
    ),
]


@pytest.mark.parametrize(("rule", "given", "written"), RULES)
def test_each_rule_changes_only_what_it_says(
    rule: Callable[[Body], Body], given: Body, written: Body
) -> None:
    assert rule(given) == written


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("2020-01-01T00:00:00Z", "2020-01-01T00:00:00Z"),
        ("2020-01-01T00:00:00.5000Z", "2020-01-01T00:00:00.5Z"),
        ("2019-12-31T19:00:00-05:00", "2020-01-01T00:00:00Z"),
        ("2020-01-01T00:00:00.123456789Z", "2020-01-01T00:00:00.123456789Z"),
        ("2020-01-01T00:00:00", "2020-01-01T00:00:00"),
        ("yesterday", "yesterday"),
    ],
)
def test_instants_keep_every_digit(text: str, written: str) -> None:
    assert instant(text) == written


def test_normal_requests_stay_as_they_are() -> None:
    body: Body = {"database_id": "_union", "records": [{"_id": "a/1", "n": None}]}

    assert normal(body) == body


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        (1, 1.0, True),
        (1, True, False),
        ([1, 2], [2, 1], False),
        ([1], [1, 2], False),
        ({"a": [{"b": 0}]}, {"a": [{"b": False}]}, False),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, True),
        ({"a": None}, {}, False),
    ],
)
def test_sameness_is_that_of_json(one: JSON, other: JSON, is_same: bool) -> None:
    assert same(one, other) is is_same
