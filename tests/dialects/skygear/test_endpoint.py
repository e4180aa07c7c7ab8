"""What the server reads from a request, and writes into its answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from skysyn import Request
from skysyn.dialects.skygear.endpoint import SkygearEndpoint
from skysyn.dialects.skygear.questions import Limits
from skysyn.dialects.skygear.refusals import dump, refuse
from skysyn.models import Answer, Call, Path, Select

from .asking import ENDPOINT, asked, refused

if TYPE_CHECKING:
    from skysyn import JSON

KEYPATH: JSON = {"$type": "keypath", "$val": "n"}
MEANINGLESS: list[tuple[dict[str, Any], int]] = [
    ({}, 108),
    ({"record_type": 5}, 108),
    ({"record_type": "t", "predicate": "n = 1"}, 108),
    ({"record_type": "t", "predicate": []}, 108),
    ({"record_type": "t", "predicate": [1, 2]}, 108),
    ({"record_type": "t", "predicate": ["nope", 2]}, 108),
    ({"record_type": "t", "predicate": ["and", "x"]}, 108),
    ({"record_type": "t", "predicate": ["eq", KEYPATH]}, 108),
    ({"record_type": "t", "predicate": ["eq", {"$type": "keypath"}, 1]}, 108),
    ({"record_type": "t", "predicate": ["eq", KEYPATH, {"$type": "no"}]}, 108),
    ({"record_type": "t", "predicate": ["eq", KEYPATH, [1]]}, 111),
    ({"record_type": "t", "predicate": ["eq", KEYPATH, {"k": 1}]}, 111),
    ({"record_type": "t", "predicate": ["eq", ["func", "no"], 1]}, 10000),
    ({"record_type": "t", "predicate": ["lt", ["func", "distance"], 1]}, 10000),
    ({"record_type": "t", "predicate": ["like", KEYPATH, 1]}, 10000),
    ({"record_type": "t", "predicate": ["in", "a", ["a"]]}, 10000),
    ({"record_type": "t", "predicate": ["in", KEYPATH, "a"]}, 10000),
    ({"record_type": "t", "predicate": ["func", "userDiscover", {}]}, 120),
    (
        {
            "record_type": "t",
            "predicate": [
                "func",
                "userRelation",
                KEYPATH,
                {"$name": "follow", "$direction": "outward"},
            ],
        },
        111,
    ),
    (
        {
            "record_type": "t",
            "predicate": ["func", "userRelation", KEYPATH, {"$name": "_follow"}],
        },
        108,
    ),
    (
        {
            "record_type": "t",
            "predicate": [
                "func",
                "userRelation",
                KEYPATH,
                {"$name": "_follow", "$direction": "up"},
            ],
        },
        108,
    ),
    ({"record_type": "t", "sort": [["n", "asc"]]}, 108),
    ({"record_type": "t", "sort": [[KEYPATH]]}, 108),
    ({"record_type": "t", "sort": [KEYPATH]}, 108),
    ({"record_type": "t", "sort": [[KEYPATH, "up"]]}, 108),
    ({"record_type": "t", "desired_keys": [1]}, 108),
    ({"record_type": "t", "include": {"x": "reviewer"}}, 10000),
]


@pytest.mark.parametrize(("payload", "code"), MEANINGLESS)
def test_queries_that_mean_nothing_are_refused(
    payload: dict[str, Any], code: int
) -> None:
    assert refused(asked("record:query", **payload))[0] == code


def test_an_owner_has_another_name_in_queries_than_in_records() -> None:
    keypath: JSON = {"$type": "keypath", "$val": "_ownerID"}
    request = asked("record:query", record_type="t", predicate=["eq", keypath, "u"])

    assert refused(request) == (120, 'keypath "_ownerID" does not exist')


@pytest.mark.parametrize(
    "payload",
    [
        {"predicate": ["and", *[["eq", KEYPATH, 1]] * 4]},
        {"predicate": ["not", ["not", ["not", ["eq", KEYPATH, 1]]]]},
        {"predicate": ["in", KEYPATH, [1, 2, 3, 4]]},
        {"include": {"a": KEYPATH, "b": KEYPATH, "c": KEYPATH}},
    ],
)
def test_requests_are_bounded(payload: dict[str, Any]) -> None:
    small = SkygearEndpoint(limits=Limits(depth=2, nodes=4, items=3, includes=2))

    assert refused(asked("record:query", record_type="t", **payload), small)[0] == 108


def test_keys_and_tokens_in_headers_win_over_those_in_the_body() -> None:
    request = Request(
        "POST",
        "http://localhost/me?api_key=no",
        {"x-skygear-api-key": "header"},
        b'{"api_key": "body", "access_token": "t", "_user_id": "u", "action": "x"}',
    )

    found = ENDPOINT.read(request)

    assert (found.action, found.api_key, found.access_token, found.user_id) == (
        "me",
        "header",
        "t",
        "u",
    )


def test_letters_that_end_scripts_are_escaped() -> None:
    response = ENDPOINT.render(Call("me"), Answer("<&>\u2028\u2029"))

    assert response.body == rb'{"result":"\u003c\u0026\u003e\u2028\u2029"}' + b"\n"


def test_what_json_cannot_say_in_an_error_is_said_as_text() -> None:
    error = refuse(108, "no", info={"a": [b"x", (1, None)], "b": {1: 2.5}})

    assert dump(error)["info"] == {"a": ["eA==", (1, None)], "b": {"1": 2.5}}


@pytest.mark.parametrize(
    ("payload", "found"),
    [
        ({"limit": True, "offset": "2", "count": "true", "include": []}, Select("t")),
        ({"limit": 1.9, "offset": -1}, Select("t", limit=1)),
        ({"predicate": None, "desired_keys": []}, Select("t", only=())),
    ],
)
def test_what_is_of_another_type_is_ignored_where_the_original_does(
    payload: dict[str, Any], found: Select
) -> None:
    assert ENDPOINT.parse(asked("record:query", record_type="t", **payload)) == found


def test_relations_are_read_from_their_own_names() -> None:
    predicate: JSON = [
        "func",
        "userRelation",
        {"$type": "keypath", "$val": "_owner"},
        {"$type": "relation", "$name": "_friend", "$direction": "mutual"},
    ]

    found = ENDPOINT.parse(asked("record:query", record_type="t", predicate=predicate))

    assert isinstance(found, Select)
    assert getattr(found.where, "path", None) == Path(("_ownerID",))
