"""What a field on its class makes of each operator and method."""

from __future__ import annotations

from typing import Any

import pytest

from skysyn import RecordID
from skysyn.errors import QueryError
from skysyn.models import (
    And,
    Compare,
    Contains,
    Distance,
    In,
    Like,
    Not,
    Or,
    Order,
    Predicate,
    Related,
    Within,
)

from .errands import ANN, AREA, HERE, NOON, Errand, Person, Quick, State, compare, path


@pytest.mark.parametrize(
    ("found", "wanted"),
    [
        (Errand.title == "x", compare("eq", "title", "x")),
        (Errand.title != "x", compare("neq", "title", "x")),
        (Errand.title < "x", compare("lt", "title", "x")),
        (Errand.title <= "x", compare("lte", "title", "x")),
        (Errand.title > "x", compare("gt", "title", "x")),
        (Errand.title >= "x", compare("gte", "title", "x")),
        ("x" < Errand.title, compare("gt", "title", "x")),  # noqa: SIM300  # turned
        (Errand.count < 3, compare("lt", "count", 3)),
        (Errand.count <= 1.5, compare("lte", "count", 1.5)),
        (Errand.number == 7, compare("eq", "number", 7)),
        (Errand.number >= 7.5, compare("gte", "number", 7.5)),
        (Errand.ratio > 1, compare("gt", "ratio", 1)),
        (Errand.due >= NOON, compare("gte", "due", NOON)),
        (Errand.done == True, compare("eq", "done", True)),
        (Errand.state != State.DONE, compare("neq", "state", State.DONE)),
        (Errand.note == None, compare("eq", "note", None)),
        (Errand.note.is_null(), compare("eq", "note", None)),
        (Errand.note != None, compare("neq", "note", None)),
        (Errand.note.is_not_null(), compare("neq", "note", None)),
        (Errand.title == Errand.note, compare("eq", "title", path("note"))),
        (Errand.due < Errand.created_at, compare("lt", "due", path("_created_at"))),
    ],
)
def test_comparisons_are_kept_as_data(found: Predicate, wanted: Predicate) -> None:
    assert found == wanted


@pytest.mark.parametrize(
    ("found", "wanted"),
    [
        (Errand.title.is_in(["a", "b"]), In(path("title"), ("a", "b"))),
        (Errand.count.is_in(range(2)), In(path("count"), (0, 1))),
        (Errand.note.is_in([]), In(path("note"), ())),
        (Errand.title.like("a%"), Like(path("title"), "a%")),
        (Errand.title.ilike("a%"), Like(path("title"), "a%", any_case=True)),
        (Errand.tags.contains("a"), Contains(path("tags"), "a")),
        (Errand.details.has_key("a"), Contains(path("details"), "a")),
        (Errand.place.within(AREA), Within(path("place"), AREA)),
        (Errand.place.within(Errand.area), Within(path("place"), path("region"))),
        (Errand.area.contains(HERE), Within(HERE, path("region"))),
        (Errand.area.contains(Errand.place), Within(path("place"), path("region"))),
        (
            Errand.person.related("friend", "mutual"),
            Related(path("person"), "friend", "mutual"),
        ),
        (
            Errand.owner_id.related("follow", "inward"),
            Related(path("_ownerID"), "follow", "inward"),
        ),
    ],
)
def test_methods_are_kept_as_data(found: Predicate, wanted: Predicate) -> None:
    assert found == wanted


@pytest.mark.parametrize(
    ("found", "value"),
    [
        (Errand.person == ANN, RecordID("person", "p-1")),
        (Errand.person == Person.ref("p-1"), RecordID("person", "p-1")),
        (Errand.person == "p-1", "p-1"),
        (Errand.person == None, None),
    ],
)
def test_references_are_compared_by_id(found: Compare, value: object) -> None:
    assert found == compare("eq", "person", value)


@pytest.mark.parametrize(
    ("found", "wanted"),
    [
        (Errand.id == "e-1", compare("eq", "_id", "e-1")),
        (
            Errand.id != RecordID("errand", "e-1"),
            compare("neq", "_id", RecordID("errand", "e-1")),
        ),
        (
            Errand.id.is_in(["e-1", Errand.ref("e-2")]),
            In(path("_id"), ("e-1", RecordID("errand", "e-2"))),
        ),
        (Errand.owner_id == "u-1", compare("eq", "_ownerID", "u-1")),
    ],
)
def test_records_and_users_are_named_by_ids(
    found: Predicate, wanted: Predicate
) -> None:
    assert found == wanted


@pytest.mark.parametrize(
    ("found", "op"),
    [
        (Errand.place.distance_to(HERE) < 9, "lt"),
        (Errand.place.distance_to(HERE) <= 9, "lte"),
        (Errand.place.distance_to(HERE) > 9, "gt"),
        (Errand.place.distance_to(HERE) >= 9, "gte"),
    ],
)
def test_distances_are_compared_with_metres(found: Predicate, op: Any) -> None:
    assert found == Compare(op, Distance(path("place"), HERE), 9)


@pytest.mark.parametrize(
    ("found", "wanted"),
    [
        (Errand.due.asc(), Order(path("due"), "asc")),
        (Errand.due.desc(), Order(path("due"), "desc")),
        (
            Errand.place.distance_to(HERE).asc(),
            Order(Distance(path("place"), HERE), "asc"),
        ),
        (
            Errand.place.distance_to(HERE).desc(),
            Order(Distance(path("place"), HERE), "desc"),
        ),
    ],
)
def test_orders_are_kept_as_data(found: Order, wanted: Order) -> None:
    assert found == wanted


def test_conditions_combine_and_flatten() -> None:
    a, b, c = Errand.title == "a", Errand.title == "b", Errand.title == "c"

    found = [a & b & c, a | b | c, ~a, a & (b | c)]

    assert found == [And((a, b, c)), Or((a, b, c)), Not(a), And((a, Or((b, c))))]


def test_paths_lead_through_a_reference() -> None:
    found = Errand.person.to.name == "Ann"

    assert found == Compare("eq", path("person", "name"), "Ann")


def test_paths_lead_through_one_reference_only() -> None:
    with pytest.raises(QueryError, match=r"leads through two references"):
        _ = Errand.person.to.friend.to


def test_paths_lead_to_fields_only() -> None:
    through: Any = Errand.person.to

    with pytest.raises(AttributeError, match="Person has no field 'query'"):
        through.query()


def test_inherited_fields_are_those_of_the_class_they_are_asked_of() -> None:
    found = [Errand.title.path, Quick.title.path]

    assert [(p.names, p.model) for p in found] == [
        (("title",), "Errand"),
        (("title",), "Quick"),
    ]


def test_a_path_compares_by_names_and_shows_its_model() -> None:
    shown = repr(Errand.area), repr(Errand.person.to.name)

    assert shown == ("<AreaExpr Errand.region>", "<StrExpr Errand.person.name>")


def test_expressions_have_no_hash() -> None:
    with pytest.raises(TypeError, match="unhashable"):
        hash(Errand.title)
