"""What a field on its class makes of each operator and method."""

from __future__ import annotations

import operator
from collections.abc import Callable
from datetime import UTC, datetime
from enum import Enum
from typing import Any, TypeAlias

import pytest

from skysyn import (
    JSON,
    Field,
    GeoJSON,
    Location,
    MockTransport,
    Record,
    RecordID,
    Ref,
    Response,
    Sequence,
    Skygear,
    connect,
    field,
)
from skysyn.errors import NoResult, QueryError
from skysyn.models import (
    And,
    AnyExpr,
    Compare,
    Contains,
    Distance,
    In,
    Like,
    Matches,
    Not,
    Or,
    Order,
    Path,
    Predicate,
    Raw,
    Related,
    StrExpr,
    TextExpr,
    Within,
)

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)
NAN = float("nan")
HERE = Location(13.4, 52.5)
AREA = GeoJSON.polygon([(0, 0), (0, 1), (1, 1), (0, 0)])


class State(Enum):
    OPEN = "open"
    DONE = "done"


class Person(Record):
    name: Field[str]
    friend: Field[Ref[Person] | None] = field(default=None)


class Errand(Record):
    title: Field[str]
    note: Field[str | None] = field(default=None)
    done: Field[bool] = field(default=False)
    count: Field[int] = field(default=0)
    ratio: Field[float | None] = field(default=None)
    number: Field[int | Sequence] = field(factory=Sequence)
    due: Field[datetime | None] = field(default=None)
    tags: Field[list[str]] = field(factory=list)
    details: Field[dict[str, JSON]] = field(factory=dict)
    state: Field[State] = field(default=State.OPEN)
    person: Field[Ref[Person] | None] = field(default=None)
    place: Field[Location | None] = field(default=None)
    area: Field[GeoJSON | None] = field(default=None, wire="region")


class Quick(Errand):
    """Has the fields of an errand and none of its own."""


RELATED = "_ownerID.related('friend', 'mutual')"

Condition: TypeAlias = Callable[[], object]

# what is wrong for a type checker too is written with this
ANY: Any = Errand
ANN = Person(name="Ann").with_id("p-1")


def path(*names: str) -> Path:
    return Path(names, "Errand")


def compare(op: Any, name: str, value: object) -> Compare:
    return Compare(op, path(name), value)


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


@pytest.mark.parametrize(
    "condition",
    [Errand.title == "x", Errand.title.like("x"), ~(Errand.count > 1)],
)
def test_conditions_have_no_truth_value(condition: Predicate) -> None:
    with pytest.raises(TypeError, match="no truth value"):
        bool(condition)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: ANY.title == 3,
        lambda: ANY.title != b"x",
        lambda: ANY.title < 3,
        lambda: ANY.title.is_in([3]),
        lambda: ANY.done == "yes",
        lambda: ANY.done == 1,
        lambda: ANY.count == "1",
        lambda: ANY.count == True,
        lambda: ANY.count > NAN,
        lambda: ANY.number == "1",
        lambda: ANY.ratio == "1",
        lambda: ANY.due == "2026-01-02",
        lambda: ANY.due < NOON.replace(tzinfo=None),
        lambda: ANY.state == "open",
        lambda: ANY.person == Errand.ref("e-1"),
        lambda: ANY.person == 7,
        lambda: ANY.person == "person/p-1",
        lambda: ANY.person.is_in([Errand.ref("e-1")]),
        lambda: ANY.id == Person.ref("p-1"),
        lambda: ANY.id == "errand/e-1",
        lambda: ANY.owner_id == 7,
        lambda: ANY.place == 7,
    ],
)
def test_an_operand_of_the_wrong_type_is_refused(wrong: Condition) -> None:
    with pytest.raises(QueryError, match=r"Errand\."):
        wrong()


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        (lambda: ANY.title < None, r"title\.is_null\(\)"),
        (lambda: ANY.due >= None, r"due\.is_null\(\)"),
        (lambda: ANY.note.is_in(["a", None]), r"never finds None"),
        (lambda: ANY.person.is_in([None]), r"never finds None"),
        (lambda: ANY.title.is_in("ab"), r"takes several values"),
        (Errand.person.to.name.asc, "sorting follows no references"),
        (Errand.person.to.name.desc, "sorting follows no references"),
        (lambda: ANY.person.related("enemy", "mutual"), "no relation 'enemy'"),
        (lambda: ANY.person.related("friend", "both"), "no direction 'both'"),
    ],
)
def test_what_no_service_can_be_asked_is_refused(wrong: Condition, text: str) -> None:
    with pytest.raises(QueryError, match=text):
        wrong()


def test_like_is_for_text_only() -> None:
    number: StrExpr[str] = StrExpr(Errand.count.path, Errand.count.spec)

    with pytest.raises(QueryError, match="not text"):
        number.like("1%")


def test_text_of_entities_is_searched_and_matched() -> None:
    text: TextExpr[str] = TextExpr(Errand.title.path, Errand.title.spec)

    found = [text.contains("x"), text.matches("^x"), text > "x"]

    assert found == [
        Contains(path("title"), "x"),
        Matches(path("title"), "^x"),
        compare("gt", "title", "x"),
    ]


@pytest.mark.parametrize("name", ["like", "contains", "to", "within", "upper"])
def test_a_field_has_the_methods_of_its_type_only(name: str) -> None:
    expression: AnyExpr = Errand.done

    assert not hasattr(expression, name)


def test_an_unknown_method_is_named_with_its_field() -> None:
    due: Any = Errand.due

    with pytest.raises(AttributeError, match=r"^Errand\.due has no method 'between'"):
        due.between(1, 2)


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


def test_negating_a_field_says_what_to_write() -> None:
    expression: Any = Errand.done

    with pytest.raises(QueryError, match=r"write Errand\.done == False"):
        operator.invert(expression)
