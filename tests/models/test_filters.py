"""Which conditions a query takes, and how they are shown."""

from __future__ import annotations

from typing import Any

import pytest

from skysyn import MockTransport, Response, Skygear, connect
from skysyn.errors import NoResult, QueryError
from skysyn.models import Matches, Predicate, Raw

from .errands import HERE, RELATED, Errand, Person, Quick, compare, path


def test_a_filter_takes_conditions_on_its_own_model_only() -> None:
    query = Errand.query()

    with pytest.raises(QueryError, match="in a query of Errand"):
        query.filter((Errand.title == "x") & (Person.name == "x"))


@pytest.mark.parametrize("wrong", [True, "x", None, Errand.done, Errand.due.asc()])
def test_a_filter_takes_conditions_only(wrong: Any) -> None:
    query = Errand.query()

    with pytest.raises(QueryError, match="is no predicate"):
        query.filter(wrong)


def test_a_filter_on_a_base_is_one_on_the_model() -> None:
    found = Quick.query().filter(Errand.title == "x").where

    assert found == compare("eq", "title", "x")


@pytest.mark.parametrize(
    ("found", "wanted"),
    [
        (Errand.title == "x", "title == 'x'"),
        (Errand.count >= 2, "count >= 2"),
        (Errand.due.is_null(), "due == None"),
        (Errand.count < Errand.ratio, "count < ratio"),
        (Errand.count.is_in([1, 2]), "count.is_in([1, 2])"),
        (Errand.tags.contains("a"), "tags.contains('a')"),
        (Errand.title.like("a%"), "title.like('a%')"),
        (Errand.title.ilike("a%"), "title.ilike('a%')"),
        (Matches(path("title"), "a.*"), "title.matches('a.*')"),
        (
            Errand.place.distance_to(HERE) < 5,
            "place.distance_to(Location(lng=13.4, lat=52.5)) < 5",
        ),
        (Errand.place.within(Errand.area), "place.within(region)"),
        (Errand.owner_id.related("friend", "mutual"), RELATED),
        (
            (Errand.person.to.name == "Ann") & ~(Errand.done == True),
            "(person.name == 'Ann') & (~(done == True))",
        ),
        ((Errand.count > 1) | (Errand.count != 0), "(count > 1) | (count != 0)"),
        (Raw("status=done"), "status=done"),
    ],
)
def test_a_condition_reads_as_it_was_written(found: Predicate, wanted: str) -> None:
    assert str(found) == wanted


def test_what_is_not_found_names_the_condition() -> None:
    session = connect(
        Skygear("https://app.example.com", api_key="your-api-key"),
        transport=MockTransport(lambda _: Response(200, body=b"{}")),
    )

    with pytest.raises(NoResult, match=r"^no Person found by _id == 'ann'$"):
        Person.query(session).get("ann")
