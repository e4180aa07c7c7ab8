"""The server's side of the language: it understands all that the client says."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

import attrs
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skysyn import Asset, RecordID, Request, Sequence, Skygear
from skysyn.dialects.skygear.batches import load_save
from skysyn.dialects.skygear.endpoint import SkygearEndpoint, Unreadable, decode_body
from skysyn.dialects.skygear.literals import load, load_date, number
from skysyn.dialects.skygear.questions import Limits
from skysyn.dialects.skygear.refusals import STATUS, dump, refuse
from skysyn.errors import InvalidRequest, RemoteError
from skysyn.models import (
    Answer,
    Call,
    Delete,
    Entries,
    Fetch,
    Operation,
    Order,
    Path,
    Predicate,
    Result,
    Row,
    Rows,
    Save,
    Select,
)

from .strategies import (
    acls,
    areas,
    dates,
    ids,
    names,
    paths,
    places,
    predicates,
    texts,
    types,
)

if TYPE_CHECKING:
    from skysyn import JSON

DIALECT = Skygear(
    "https://app.example.com", api_key="k-7f3a9b", access_token="t-91bce2"
)
ENDPOINT = SkygearEndpoint(frozenset({"me", "record:query", "record:save"}))

# the server's numbers are doubles: what does not fit one comes back rounded
numbers = st.integers(-(2**53), 2**53) | st.floats(-(2.0**53), 2.0**53)
plain: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3)
    ),
    max_leaves=6,
)
assets = st.builds(Asset, st.text("ab/c", min_size=1), st.none() | texts)
values = plain | dates | ids | places | areas | assets | st.just(Sequence())
fields = names.filter(lambda name: name.lower() not in {"id", "data", "acl"})
scopes = st.sampled_from(["_public", "_private", "u-1"])
rows = st.one_of(
    st.builds(Row, ids, st.dictionaries(fields, values, max_size=4)),
    st.builds(Row, ids, access=acls, sets_access=st.just(True)),
)
sortable = paths.filter(lambda path: len(path.names) == 1)
orders = st.builds(Order, sortable, st.sampled_from(["asc", "desc"]))


def is_exact(item: object) -> bool:
    """Whether every number in a predicate is one that the server keeps."""
    match item:
        case bool():
            return True
        case int() | float():
            return number(item) == item
        case tuple():
            return all(map(is_exact, cast("tuple[object, ...]", item)))
        case Predicate():
            parts = attrs.asdict(cast("Any", item), recurse=False).values()
            return all(map(is_exact, parts))
        case _:
            return True


selects = st.builds(
    Select,
    types,
    where=st.none() | predicates.filter(is_exact),
    order=st.lists(orders, max_size=3).map(tuple),
    limit=st.none() | st.integers(0, 10**6),
    offset=st.none() | st.integers(1, 10**6),
    include=st.dictionaries(names, paths, max_size=3),
    only=st.none() | st.lists(names, max_size=3).map(tuple),
    count=st.booleans(),
    scope=scopes,
)
several = st.lists(ids, min_size=1, max_size=4).map(tuple)
operations: st.SearchStrategy[Operation] = st.one_of(
    selects,
    st.builds(Fetch, several, scope=scopes),
    st.builds(Delete, several, atomic=st.booleans(), scope=scopes),
    st.builds(
        Save,
        st.lists(rows, min_size=1, max_size=4).map(tuple),
        atomic=st.booleans(),
        scope=scopes,
    ),
    st.builds(
        Call,
        st.sampled_from(["me", "no:such", "t/hello"]),
        st.dictionaries(names, plain, max_size=4),
    ),
)


@given(operations)
def test_operations_are_understood_as_they_were_meant(operation: Operation) -> None:
    assert ENDPOINT.parse(DIALECT.encode(operation)) == operation


def errors(status: int | None = None) -> st.SearchStrategy[RemoteError]:
    def make(code: int, message: str, info: dict[str, object]) -> RemoteError:
        found = status or STATUS.get(code, 500)
        return refuse(code, message, info=info, status=found)

    codes = st.sampled_from([*STATUS, 126, 10000, 20001])
    infos = st.dictionaries(names, plain, min_size=1, max_size=2)
    return st.builds(make, codes, texts.filter(bool), infos)


def record(key: RecordID) -> bytes:
    return json.dumps({"_id": str(key), "_type": "record", "a": "<&>"}).encode()


def entries(kept: bool) -> st.SearchStrategy[Entries]:
    good = ids.map(record) if kept else st.just(b"")
    return st.builds(Entries, st.lists(good | errors(200), min_size=1).map(tuple))


@given(entries(kept=True), entries(kept=False))
def test_entries_are_understood_as_they_were_meant(
    kept: Entries, deleted: Entries
) -> None:
    for found in (kept, deleted):
        asked = tuple(RecordID("note", str(n)) for n in range(len(found.entries)))
        operation = Delete(asked) if found is deleted else Fetch(asked)

        assert DIALECT.decode(operation, ENDPOINT.render(operation, found)) == found


results: st.SearchStrategy[tuple[Operation, Result]] = st.one_of(
    st.tuples(
        selects,
        st.builds(
            Rows,
            st.lists(ids.map(record)).map(tuple),
            st.none() | st.integers(0, 2**60),
        ),
    ),
    st.tuples(
        st.just(Call("me")),
        st.builds(Answer, plain, st.dictionaries(names, plain, max_size=2)),
    ),
)


@given(results)
def test_results_are_understood_as_they_were_meant(
    said: tuple[Operation, Result],
) -> None:
    operation, result = said

    assert DIALECT.decode(operation, ENDPOINT.render(operation, result)) == result


@given(operations, errors())
def test_refusals_are_understood_as_they_were_meant(
    operation: Operation, error: RemoteError
) -> None:
    with pytest.raises(type(error)) as caught:
        DIALECT.decode(operation, ENDPOINT.render(operation, error))

    assert caught.value == error


def asked(action: str, **payload: JSON) -> Request:
    body = msgspec.json.encode({"action": action, **payload})
    return Request("POST", "http://localhost/", body=body)


def refused(request: Request, endpoint: SkygearEndpoint = ENDPOINT) -> tuple[Any, str]:
    with pytest.raises(RemoteError) as caught:
        endpoint.parse(request)
    return caught.value.code, caught.value.message


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


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"$type": 1}, 'got "$type"\'s type = float64, want string'),
        ({"$type": "foo"}, "unknown $type = foo"),
        ({"$type": "blob"}, "unimplemented $type = blob"),
        ({"$type": "date"}, "missing compulsory field $date"),
        ({"$type": "date", "$date": 5}, "got type($date) = float64, want string"),
        ({"$type": "date", "$date": "no"}, 'failed to parse $date = "no"'),
        ({"$type": "ref"}, "referencing without $id"),
        (
            {"$type": "ref", "$id": "x"},
            'ref: "_id" should be of format \'{type}/{id}\', got "x"',
        ),
        ({"$type": "geo", "$lng": 1}, "missing compulsory field $lat"),
        (
            {"$type": "geo", "$lng": "1", "$lat": 2},
            "got type($lng) = string, want number",
        ),
        ({"$type": "geojson"}, "$val is not a map"),
        ({"$type": "asset"}, "missing compulsory field $name"),
        (
            {"$type": "asset", "$name": []},
            "got type($name) = []interface {}, want string",
        ),
        ({"$type": "asset", "$name": ""}, "asset's $name should not be empty"),
        ({"$type": "keypath"}, "empty key path"),
    ],
)
def test_values_that_mean_nothing_are_refused_as_recorded(
    value: JSON, message: str
) -> None:
    with pytest.raises(InvalidRequest) as caught:
        load(value)

    assert caught.value.message == message


@pytest.mark.parametrize("kind", ["relation", "record"])
def test_values_that_crash_the_original_are_refused(kind: str) -> None:
    with pytest.raises(RemoteError) as caught:
        load({"$type": kind})

    assert caught.value.code == 10000


def test_typed_values_in_json_become_what_the_original_makes_of_them() -> None:
    value: JSON = {
        "d": {"$type": "date", "$date": "2016-09-08T06:45:59Z"},
        "g": [{"$type": "geo", "$lng": 1, "$lat": 2}],
        "r": {"$type": "ref", "$id": "note/1"},
        "j": {"$type": "geojson", "$val": {"type": "Point"}},
        "a": {"$type": "asset", "$name": "x"},
        "k": {"$type": "keypath", "$val": "title"},
        "s": {"$type": "seq"},
        "n": 2.0,
        "t": "\ud800",
    }

    assert load(value) == {
        "d": "2016-09-08T06:45:59Z",
        "g": [[1, 2]],
        "r": {"ID": "note/1"},
        "j": {"type": "Point"},
        "a": {
            "Name": "x",
            "ContentType": "",
            "Size": 0,
            "Public": False,
            "Signer": None,
        },
        "k": "title",
        "s": {},
        "n": 2,
        "t": "\ufffd",
    }


def test_numbers_are_doubles() -> None:
    assert [load(n) for n in (9007199254740993, 2**63 - 1, 1e21, -0.0)] == [
        9007199254740992,
        9223372036854776000,
        1e21,
        0,
    ]
    with pytest.raises(InvalidRequest):
        load(10**400)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2016-09-08T06:45:59.123456789Z", "2016-09-08T06:45:59.123457+00:00"),
        ("2016-09-08T14:45:59+08:00", "2016-09-08T06:45:59+00:00"),
        ("2016-09-08T06:45:59", None),
        ("2016-09-08", None),
        ("2016-02-30T00:00:00Z", None),
        ("0001-01-01T00:00:00+08:00", None),
    ],
)
def test_dates_are_rounded_to_microseconds(text: str, found: str | None) -> None:
    at = load_date(text)

    assert (None if at is None else at.isoformat()) == found


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (b"", {}),
        (b"  ", {}),
        (b'{"a": 1} garbage', {"a": 1}),
        (b'{"a": 1}{"a": 2}', {"a": 1}),
        (b'{"a": 1, "a": 2}', {"a": 2}),
        (b'{"a": "\xff"}', {"a": "\ufffd"}),
        (b'{"a": "\\ud800"}', {"a": "\ufffd"}),
    ],
)
def test_bodies_are_read_as_the_original_reads_them(
    body: bytes, found: dict[str, JSON]
) -> None:
    assert decode_body(body) == found


@pytest.mark.parametrize(
    "body",
    [
        b'{"a":',
        b"hello",
        b"[]",
        b"null",
        b"5",
        b'{"a": NaN}',
        b'{"a": 1e400}',
        b'{"a" /* x */: 1}',
        b'\xef\xbb\xbf{"a": 1}',
    ],
)
def test_bodies_that_are_no_object_are_unreadable(body: bytes) -> None:
    with pytest.raises(Unreadable):
        decode_body(body)
    assert refused(Request("POST", "http://localhost/", body=body))[0] == 107


def test_bodies_nested_beyond_measure_are_refused() -> None:
    with pytest.raises(InvalidRequest):
        decode_body(b'{"a":' + b"[" * 100_000)


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


@pytest.mark.parametrize(
    ("record", "message"),
    [
        ({}, "missing required fields"),
        ({"_id": 5}, "missing required fields"),
        (
            {"_id": "x"},
            'record: "_id" should be of format \'{type}/{id}\', got "x"',
        ),
        ({"_id": "t/1", "_access": {}}, "_access must be an array"),
        ({"_id": "t/1", "_access": ["public"]}, "invalid _access entry"),
        ({"_id": "t/1", "_access": [{"public": True}]}, "invalid _access entry"),
        ({"_id": "t/1", "_access": [{"level": "read"}]}, "invalid _access entry"),
    ],
)
def test_records_that_cannot_be_read_are_refused_one_by_one(
    record: dict[str, Any], message: str
) -> None:
    good: dict[str, Any] = {"_id": "t/2", "_foo": 1, "": 2, "a": 3}

    [one, other] = load_save({"records": [record, good]}).items

    assert isinstance(one, RemoteError)
    assert (one.message, getattr(other, "fields", None)) == (message, {"a": 3})


def test_an_atomic_save_with_an_unreadable_record_is_refused_whole() -> None:
    with pytest.raises(InvalidRequest) as caught:
        load_save({"records": [{"_id": "t/1"}, {}], "atomic": True})

    missing = dump(refuse(108, "missing required fields", arguments=["id"]))
    assert caught.value.info == {"arguments": "records", "errors": [missing]}


@pytest.mark.parametrize(
    ("action", "payload", "code"),
    [
        ("record:save", {}, 108),
        ("record:save", {"records": {}}, 107),
        ("record:save", {"records": ["x"]}, 107),
        ("record:save", {"records": [{"_id": "t/1", "ID": "x"}]}, 107),
        ("record:save", {"records": [{"_id": "t/1"}], "atomic": "true"}, 107),
        ("record:save", {"records": [{"_id": "t"}]}, 108),
        ("record:save", {"records": [{"_id": "t/1", "a": {"$type": "record"}}]}, 10000),
        ("record:fetch", {}, 108),
        ("record:fetch", {"ids": "t/1"}, 107),
        ("record:fetch", {"ids": [1]}, 107),
        # what is null is as good as empty
        ("record:save", {"records": [None], "atomic": True}, 108),
        ("record:fetch", {"ids": [None]}, 108),
        ("record:delete", {"ids": ["t/1", None]}, 108),
        ("record:fetch", {"ids": ["bare"]}, 108),
        ("record:delete", {"ids": ["bare"]}, 108),
    ],
)
def test_batches_that_mean_nothing_are_refused(
    action: str, payload: dict[str, Any], code: int
) -> None:
    assert refused(asked(action, **payload))[0] == code


def test_a_failed_record_without_an_id_has_none_in_its_entry() -> None:
    batch = load_save({"records": [{}, {"_id": "t/1"}]})
    error = batch.items[0]
    assert isinstance(error, RemoteError)

    response = ENDPOINT.render_batch(batch, Entries((error, b'{"_id":"t/1"}')))

    first, second = json.loads(response.body)["result"]
    assert (first, second) == ({"_type": "error", **dump(error)}, {"_id": "t/1"})


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
