"""The server's side of the language: it understands all that the client says."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skysyn import Asset, RecordID, Sequence, Skygear
from skysyn.dialects.skygear.literals import number
from skysyn.dialects.skygear.refusals import STATUS, refuse
from skysyn.models import (
    Answer,
    Call,
    Delete,
    Entries,
    Fetch,
    Operation,
    Order,
    Predicate,
    Result,
    Row,
    Rows,
    Save,
    Select,
)

from .asking import ENDPOINT
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
    from skysyn.errors import RemoteError

DIALECT = Skygear(
    "https://app.example.com", api_key="k-7f3a9b", access_token="t-91bce2"
)

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
