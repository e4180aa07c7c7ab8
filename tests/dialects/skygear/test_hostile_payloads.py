"""Whatever stands in a request, it is understood or refused in words."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

import hypothesis.strategies as st
import pytest
from hypothesis import given

from skysyn.dialects.skygear import batches, questions, subscriptions
from skysyn.dialects.skygear.questions import Limits
from skysyn.errors import RemoteError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from skysyn import JSON

LIMITS = Limits()
PATH: JSON = {"$type": "keypath", "$val": "n"}
PLACE: JSON = {"$type": "geo", "$lng": 1.5, "$lat": 2}
DISTANCE: JSON = ["func", "distance", PATH, PLACE]
DATE: JSON = {"$type": "date", "$date": "2026-01-01T00:00:00.5Z"}
FRIENDS: JSON = {"$name": "_friend", "$direction": "mutual"}
SHAPE: JSON = {"type": "Point", "coordinates": [1, 2]}
WHERE: JSON = [
    "and",
    ["or", ["eq", PATH, 1], ["like", PATH, "a%"]],
    ["not", ["in", PATH, [1, "a", DATE]]],
    ["in", PATH, {"$type": "geojson", "$val": SHAPE}],
    ["lt", DISTANCE, 100],
    ["func", "userRelation", PATH, FRIENDS],
]
QUERY: dict[str, JSON] = {
    "record_type": "note",
    "predicate": WHERE,
    "sort": [[PATH, "asc"], [DISTANCE, "desc"]],
    "limit": 5,
    "offset": 2,
    "include": {"n": PATH, "far": DISTANCE},
    "desired_keys": ["n"],
    "count": True,
    "database_id": "_public",
}
NOTE: JSON = {
    "_id": "note/1",
    "_access": [
        {"level": "read", "role": "editor"},
        {"level": "write", "public": True},
    ],
    "at": PLACE,
    "on": DATE,
    "by": {"$type": "ref", "$id": "user/1"},
    "file": {"$type": "asset", "$name": "a", "$content_type": "b"},
    "shape": {"$type": "geojson", "$val": SHAPE},
    "number": {"$type": "seq"},
    "rest": {"list": [1, {"$type": "unknown", "$underlying_type": "c"}]},
}
SHOWN: JSON = {"aps": {"alert": {"body": "a", "loc-args": ["b"]}, "badge": 1}}
WATCHED: JSON = {
    "id": "s",
    "type": "query",
    "query": {**QUERY},
    "notification_info": SHOWN,
}


def load_subscriptions(payload: Mapping[str, JSON]) -> object:
    """Read all of a `subscription:save`."""
    found = subscriptions.load_all(payload, LIMITS)
    return subscriptions.load_device(payload), found


LOADERS: list[tuple[Callable[[dict[str, JSON]], object], dict[str, JSON]]] = [
    (lambda payload: questions.load(payload, LIMITS), QUERY),
    (batches.load_save, {"records": [NOTE], "atomic": False, "database_id": "_public"}),
    (batches.load_fetch, {"ids": ["note/1", "note/2"], "database_id": "_public"}),
    (batches.load_delete, {"ids": ["note/1"], "atomic": True}),
    (load_subscriptions, {"device_id": "d", "subscriptions": [WATCHED]}),
]
NAMES = ["query", "save", "fetch", "delete", "subscribe"]
Place = tuple[str | int, ...]


def places(value: JSON, here: Place = ()) -> Iterator[Place]:
    """Yield the places of all that *value* is made of."""
    yield here
    steps: Any = ()
    if isinstance(value, dict):
        steps = value.items()
    elif isinstance(value, list):
        steps = enumerate(value)
    for step, item in steps:
        yield from places(item, (*here, step))


def replaced(value: Any, place: Place, other: JSON) -> Any:
    """Return *value* with something *other* at a place."""
    if not place:
        return other
    step, *rest = place
    copy = value.copy()
    copy[step] = replaced(copy[step], tuple(rest), other)
    return copy


WORDS = st.sampled_from(["$type", "$val", "keypath", "and", "func", "eq", "level"])
NUMBERS = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
ANYTHING: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.just(10**400) | st.text() | WORDS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(WORDS | st.text(), inner, max_size=3)
    ),
    max_leaves=5,
)
OTHERS: dict[str, JSON] = {
    "list": [],
    "object": {},
    "null": None,
    "huge": 10**400,
    "empty": "",
    "word": "a",
    "flag": True,
}


@pytest.mark.parametrize(("load", "payload"), LOADERS, ids=NAMES)
def test_a_right_payload_is_understood(
    load: Callable[[dict[str, JSON]], object], payload: dict[str, JSON]
) -> None:
    assert load(payload)


@given(st.data(), st.sampled_from(LOADERS), ANYTHING)
def test_any_payload_is_understood_or_refused(
    data: st.DataObject,
    loader: tuple[Callable[[dict[str, JSON]], object], dict[str, JSON]],
    other: JSON,
) -> None:
    load, payload = loader
    known = [place for place in places(payload) if place]
    changed = replaced(payload, data.draw(st.sampled_from(known)), other)

    with suppress(RemoteError):
        load(changed)


@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS)
@pytest.mark.parametrize(("load", "payload"), LOADERS, ids=NAMES)
def test_every_part_of_a_payload_may_be_of_another_type(
    load: Callable[[dict[str, JSON]], object], payload: dict[str, JSON], other: JSON
) -> None:
    for place in places(payload):
        if place:
            with suppress(RemoteError):
                load(replaced(payload, place, other))
