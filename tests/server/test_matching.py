"""Matching: a subscription finds what a query finds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from skysyn.server import Server
from skysyn.server.push import Push

from .asking import Asker, settings
from .subscribing import about, register, subscribe

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .postgres import Postgres

TEXT = st.text("aAbé% _", max_size=3)
NUMBER = st.integers(-2, 2) | st.sampled_from([0.5, 1e10])
PLACE = st.fixed_dictionaries(
    {
        "$type": st.just("geo"),
        "$lng": st.sampled_from([0.0, 1.0]),
        "$lat": st.sampled_from([0.0, 1.0]),
    }
)
DATE = st.sampled_from(["2020-01-02T03:04:05Z", "2021-01-01T00:00:00.5Z"]).map(
    lambda text: {"$type": "date", "$date": text}
)
REF = st.sampled_from("xy").map(lambda key: {"$type": "ref", "$id": f"other/{key}"})
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "n": NUMBER,
    "s": TEXT,
    "b": st.booleans(),
    "t": DATE,
    "p": PLACE,
    "j": st.lists(TEXT, max_size=2),
    "o": REF,
}
RECORD = st.fixed_dictionaries({}, optional=VALUES)
FULL: dict[str, Any] = {
    "n": 0,
    "s": "",
    "b": True,
    "t": {"$type": "date", "$date": "2020-01-01T00:00:00Z"},
    "p": {"$type": "geo", "$lng": 0.0, "$lat": 0.0},
    "j": [],
    "o": {"$type": "ref", "$id": "other/x"},
}


def path(name: str) -> dict[str, str]:
    return {"$type": "keypath", "$val": name}


def compared(names: str) -> st.SearchStrategy[Any]:
    """Return comparisons of fields with values of their kind, and with none."""
    operators = st.sampled_from(["eq", "neq", "gt", "gte", "lt", "lte"])
    return st.sampled_from(names).flatmap(
        lambda name: st.tuples(operators, st.just(path(name)), VALUES[name] | st.none())
    )


SIMPLE: st.SearchStrategy[Any] = st.one_of(
    compared("nsbt"),
    st.tuples(st.sampled_from(["eq", "neq"]), st.just(path("o")), REF),
    st.tuples(st.sampled_from(["like", "ilike"]), st.just(path("s")), TEXT),
    st.tuples(st.just("in"), st.just(path("n")), st.lists(NUMBER, max_size=3)),
    st.tuples(st.just("in"), st.just(path("s")), st.lists(TEXT, max_size=3)),
    st.tuples(st.just("in"), TEXT, st.just(path("j"))),
    st.tuples(st.just("gt"), st.just(path("o.n")), NUMBER),
    st.tuples(st.just("eq"), st.just(path("none")), NUMBER),
    st.tuples(
        st.just("lt"),
        st.tuples(st.just("func"), st.just("distance"), st.just(path("p")), PLACE),
        st.sampled_from([1, 1e5, 1e6]),
    ),
)
PREDICATES = st.recursive(
    SIMPLE,
    lambda inner: (
        st.tuples(st.just("not"), inner)
        | st.tuples(st.sampled_from(["and", "or"]), inner, inner)
    ),
    max_leaves=4,
)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def ada(request: pytest.FixtureRequest) -> Iterator[Asker]:
    """A user whose pushes are kept, on each kind of database."""
    database = ":memory:"
    if request.param == "postgresql":
        running: Postgres = request.getfixturevalue("postgres")
        database = running.new_database()
    with Server(settings(database=database, push=Push(record=True))) as server:
        made = Asker(server).signup("ada")
        made.save({"_id": "other/x", "n": -1}, {"_id": "other/y", "n": 1})
        made.save({"_id": "note/full", **FULL})
        yield made


@pytest.fixture(scope="module")
def device(ada: Asker) -> str:
    """A device of hers."""
    return register(ada)


@given(RECORD, PREDICATES)
@examples(
    max_examples=60,
    deadline=None,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
    ],
)
def test_a_subscription_finds_what_a_query_finds(
    ada: Asker, device: str, record: dict[str, Any], predicate: Any
) -> None:
    missing = dict.fromkeys(FULL.keys() - record.keys())
    subscribe(ada, device, about("any", predicate))
    ada.server.settle()
    ada.server.pushes.clear()

    ada.save({"_id": "note/a", **record, **missing})
    ada.server.settle()

    asked = ada.ask("record:query", record_type="note", predicate=predicate)
    found = [entry["_id"] for entry in asked.get("result", [])]
    assert len(ada.server.pushes) == ("note/a" in found)
