"""The law of dialects: what the endpoint hears is what the dialect said, and back."""

from __future__ import annotations

import gzip
from base64 import b64encode
from typing import Any
from uuid import uuid4

import attrs
import msgspec
import pytest
from hypothesis import given
from hypothesis import settings as tries
from hypothesis import strategies as st

from skysyn import Accsyn
from skysyn.dialects.accsyn import predicates
from skysyn.dialects.accsyn.endpoint import AccsynEndpoint
from skysyn.dialects.accsyn.events import Event, compress
from skysyn.errors import (
    Conflict,
    InvalidRequest,
    NotFound,
    PermissionDenied,
    RemoteError,
    SessionExpired,
)
from skysyn.models import (
    Answer,
    Call,
    Delete,
    Entries,
    Fetch,
    Operation,
    RecordID,
    Result,
    Row,
    Rows,
    Save,
    Select,
)
from skysyn.transport import Request
from tests.dialects.accsyn.strategies import ANY

EID = str(uuid4())
DIALECT = Accsyn(
    "acmefilm",
    username="kim@acme.example",
    api_key="secret",
    hostname="localhost",
    scheme="http",
)
ENDPOINT = AccsynEndpoint()

TYPES = st.sampled_from(["user", "transfer", "volume", "acl", "delivery"])
NAMES = st.sampled_from(["name", "code", "status", "description", "x_1"])
IDS = st.text("0123456789abcdef", min_size=24, max_size=24)
UUIDS = st.uuids().map(str)
PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("abc"), inner, max_size=3)
    ),
    max_leaves=8,
)
DATA = st.dictionaries(NAMES, PLAIN, min_size=1, max_size=4)
FLAGS = st.sampled_from(["finished", "inactive", "archived", "single_entity_query"])
SELECTS = st.builds(
    Select,
    TYPES,
    where=st.none() | ANY,
    limit=st.none() | st.integers(1, 1000),
    offset=st.none() | st.integers(1, 1000),
    only=st.none() | st.lists(NAMES, min_size=1, max_size=3).map(tuple),
    options=st.dictionaries(FLAGS, st.booleans(), max_size=2),
)


def _created(kind: str, data: dict[str, Any]) -> Save:
    return Save((Row(RecordID(kind, f"new:{EID}"), data),))


def _edited(kind: str, key: str, data: dict[str, Any]) -> Save:
    return Save((Row(RecordID(kind, key), data),))


def _tasks(job: str, rows: dict[str, dict[str, Any]]) -> Save:
    found = tuple(Row(RecordID("task", key), data) for key, data in rows.items())
    return Save(found, scope=job)


def _deleted(kind: str, key: str) -> Delete:
    return Delete((RecordID(kind, key),))


def _call(name: str, data: Any, key: str | None, query: str | None) -> Call:
    given_ = {"id": key, "query": query}
    texts = {name: text for name, text in given_.items() if text is not None}
    return Call(name, {"data": data, **texts})


def _object(key: str, data: dict[str, Any]) -> bytes:
    return msgspec.json.encode({"id": key, **data})


def _one(wanted: RecordID) -> tuple[RecordID]:
    return (wanted,)


FETCHES = st.builds(Fetch, st.builds(RecordID, TYPES, IDS).map(_one), st.none() | IDS)
MADE = st.sampled_from(["user", "transfer", "volume", "delivery"])
CREATED = st.builds(_created, MADE, DATA)
EDITED = st.builds(_edited, TYPES, IDS, DATA)
SEVERAL = st.dictionaries(UUIDS, DATA, min_size=1, max_size=3)
TASKS = st.builds(_tasks, IDS, SEVERAL)
DELETES = st.builds(_deleted, TYPES, IDS)
CALLS = st.builds(
    _call,
    st.sampled_from(["GET volume/servers", "PUT job/recipient/add", "DELETE a/b/c"]),
    PLAIN,
    st.none() | IDS,
    st.none() | st.text("abc =", min_size=1),
)
OPERATIONS: st.SearchStrategy[Operation] = st.one_of(
    SELECTS, FETCHES, CREATED, EDITED, TASKS, DELETES, CALLS
)


def normal(operation: Operation) -> Operation:
    """Return *operation* as accsyn can say it."""
    if isinstance(operation, Select) and operation.where is not None:
        return attrs.evolve(operation, where=predicates.normal(operation.where))
    return operation


@tries(max_examples=400, deadline=None)
@given(OPERATIONS)
def test_the_endpoint_hears_what_the_dialect_says(operation: Operation) -> None:
    request = DIALECT.encode_as(EID, operation)

    assert ENDPOINT.parse(request) == normal(operation)


OBJECTS = st.builds(_object, IDS, DATA)


@st.composite
def answered(draw: st.DrawFn) -> tuple[Operation, Result]:
    """Draw an operation and a result that it can have."""
    operation = draw(OPERATIONS)
    match operation:
        case Select():
            rows = draw(st.lists(OBJECTS, max_size=3))
            return operation, Rows(tuple(rows))
        case Call():
            return operation, Answer(draw(PLAIN), {"total": 5})
        case Delete():
            return operation, Entries((b"",))
        case Save(scope=scope, rows=saved) if scope is not None:
            rows = [msgspec.json.encode({"id": row.id.key}) for row in saved]
            return operation, Entries(tuple(rows))
        case _:
            return operation, Entries((draw(OBJECTS),))


@tries(max_examples=400, deadline=None)
@given(answered())
def test_the_dialect_reads_what_the_endpoint_answers(
    said: tuple[Operation, Result],
) -> None:
    operation, result = said

    assert DIALECT.decode(operation, ENDPOINT.render(operation, result)) == result


@pytest.mark.parametrize(
    "kind", [Conflict, InvalidRequest, NotFound, PermissionDenied, SessionExpired]
)
def test_a_refusal_is_read_as_what_it_is(kind: type[RemoteError]) -> None:
    response = ENDPOINT.render(Call("GET a/b"), kind("no, since it is so"))

    with pytest.raises(kind, match="no, since it is so"):
        DIALECT.decode(Call("GET a/b"), response)


def test_nothing_found_answers_an_empty_list() -> None:
    response = ENDPOINT.render(Fetch((RecordID("user", "a"),)), Entries(()))

    assert response.body == b'{"result":[]}'


def ask(document: dict[str, Any]) -> Request:
    return Request("PUT", f"{DIALECT.base}/event", body=msgspec.json.encode(document))


def test_data_may_travel_compressed() -> None:
    event = {"uri": "A/B", "gz_data": compress({"x": ["ä"]})}

    assert ENDPOINT.parse(ask(event)) == Event("PUT", "a/b", {"x": ["ä"]}).call()


@pytest.mark.parametrize(
    "packed",
    [
        "no base64!",
        "bm8gZ3ppcA==",
        b64encode(gzip.compress(b"no json", mtime=0)).decode(),
        b64encode(gzip.compress(b"{}", mtime=0))[:-8].decode(),
        b64encode(gzip.compress(b'"' + b"x" * 70_000_000 + b'"', mtime=0)).decode(),
        5,
    ],
)
def test_what_cannot_be_unpacked_is_refused(packed: object) -> None:
    with pytest.raises(InvalidRequest, match="gz_data"):
        ENDPOINT.parse(ask({"uri": "a/b", "gz_data": packed}))


ENVELOPES: list[tuple[dict[str, Any], str | None]] = [
    ({}, "uri"),
    ({"uri": 5}, "uri"),
    ({"uri": "a b"}, "uri"),
    ({"uri": "user/edit", "id": 5}, "id: text"),
    ({"uri": "user/edit", "id": "a", "data": 5}, "an object is wanted"),
    ({"uri": "task/edit", "id": "a", "data": []}, "no tasks"),
    ({"uri": "task/edit", "id": "a", "data": [{}]}, "its id or uri"),
    ({"uri": "a/b", "workspace": "x", "domain": 3}, None),
]


@pytest.mark.parametrize(("document", "said"), ENVELOPES)
def test_envelopes_of_another_form_are_refused(
    document: dict[str, Any], said: str | None
) -> None:
    if said is None:
        ENDPOINT.parse(ask(document))
        return
    with pytest.raises(InvalidRequest, match=said):
        ENDPOINT.parse(ask(document))


def find(data: object, **envelope: Any) -> Request:
    document = {"uri": "transfer/find", "data": data, **envelope}
    text = msgspec.json.encode(document).hex()
    quoted = "".join(f"%{text[i : i + 2]}" for i in range(0, len(text), 2))
    return Request("GET", f"{DIALECT.base}/event?{quoted}")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"limit": "5"}, "limit"),
        ({"limit": -1}, "limit"),
        ({"skip": 2**40}, "skip"),
        ({"attributes": "id"}, "attributes"),
        ({"attributes": [5]}, "attributes"),
        ([], "an object"),
    ],
)
def test_finds_of_another_form_are_refused(data: object, said: str) -> None:
    with pytest.raises(InvalidRequest, match=said):
        ENDPOINT.parse(find(data))


@pytest.mark.parametrize(
    "query", ["name=", "a=b and", "(a=b", "a ~ b", "code='o'hara'"]
)
def test_a_query_that_cannot_be_read_is_refused(query: str) -> None:
    with pytest.raises(InvalidRequest, match="invalid query"):
        ENDPOINT.parse(find(None, query=query))


def test_a_query_of_deep_brackets_is_refused() -> None:
    with pytest.raises(InvalidRequest, match="invalid query"):
        ENDPOINT.parse(find(None, query="(" * 50_000 + "a=1"))


def test_a_limit_of_nothing_is_none() -> None:
    assert ENDPOINT.parse(find({"limit": 0, "skip": 0})) == Select("transfer")
