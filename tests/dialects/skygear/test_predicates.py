from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from hypothesis import given

from skysyn import JSON, GeoJSON, Location, RecordID
from skysyn.dialects.skygear import predicates
from skysyn.errors import QueryError
from skysyn.models import (
    And,
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
    Within,
)

from . import strategies
from .models import Person, Sample

if TYPE_CHECKING:
    from collections.abc import Callable

TITLE = Path(("title",))
HERE = Location(1, 2)


def keypath(name: str) -> JSON:
    return {"$type": "keypath", "$val": name}


@given(strategies.predicates)
def test_predicates_load_as_they_were_dumped(predicate: Predicate) -> None:
    sent = msgspec.json.encode(predicates.dump(predicate))

    assert predicates.load(msgspec.json.decode(sent)) == predicate


@given(strategies.distances | strategies.paths.filter(lambda p: len(p.names) == 1))
def test_sort_keys_load_as_they_were_dumped(by: Path | Distance) -> None:
    order = Order(by, "desc")

    assert predicates.load_order(predicates.dump_order(order)) == order


FORMS: list[tuple[Predicate, JSON]] = [
    (Sample.text == "a", ["eq", keypath("text"), "a"]),
    (Sample.due != None, ["neq", keypath("due"), None]),
    (Sample.nickname.is_null(), ["eq", keypath("nickname"), None]),
    (
        (Sample.number > 1) & (Sample.number <= 2) & Sample.text.like("a%"),
        [
            "and",
            ["gt", keypath("number"), 1],
            ["lte", keypath("number"), 2],
            ["like", keypath("text"), "a%"],
        ],
    ),
    (
        ~((Sample.text == "a") | Sample.text.ilike("_b")),
        [
            "not",
            ["or", ["eq", keypath("text"), "a"], ["ilike", keypath("text"), "_b"]],
        ],
    ),
    (Sample.whole.is_in([1, 2]), ["in", keypath("whole"), [1, 2]]),
    (Sample.whole.is_in([]), ["in", keypath("whole"), []]),
    (Sample.tags.contains("red"), ["in", "red", keypath("tags")]),
    (Sample.table.has_key("k"), ["in", "k", keypath("table")]),
    (Sample.reviewer == "p1", ["eq", keypath("reviewer"), "p1"]),
    (
        Sample.reviewer == Person.ref("p1"),
        ["eq", keypath("reviewer"), {"$type": "ref", "$id": "recorded_person/p1"}],
    ),
    (
        Sample.id == RecordID("sample", "1"),
        ["eq", keypath("_id"), {"$type": "ref", "$id": "sample/1"}],
    ),
    (Sample.owner_id == "u-1", ["eq", keypath("_owner_id"), "u-1"]),
    (Sample.reviewer.to.name == "Ann", ["eq", keypath("reviewer.name"), "Ann"]),
    (
        Sample.where.distance_to(HERE) < 5,
        [
            "lt",
            [
                "func",
                "distance",
                keypath("where"),
                {"$type": "geo", "$lng": 1, "$lat": 2},
            ],
            5,
        ],
    ),
    (
        Sample.where.within(GeoJSON({"type": "Polygon"})),
        ["in", keypath("where"), {"$type": "geojson", "$val": {"type": "Polygon"}}],
    ),
    (
        Sample.area.contains(HERE),
        ["in", {"$type": "geo", "$lng": 1, "$lat": 2}, keypath("area")],
    ),
    (
        Sample.owner_id.related("follow", "outward"),
        [
            "func",
            "userRelation",
            keypath("_owner_id"),
            {"$type": "relation", "$name": "_follow", "$direction": "outward"},
        ],
    ),
]


@pytest.mark.parametrize(("predicate", "wire"), FORMS)
def test_conditions_on_fields_have_the_documented_form(
    predicate: Predicate, wire: JSON
) -> None:
    assert predicates.dump(predicate) == wire


@pytest.mark.parametrize(
    "predicate",
    [
        And(()),
        Or(()),
        Not(And(())),
        Compare("eq", 1, 1),
        Compare("eq", None, None),
        Compare("eq", Path(("a", "b", "c")), 1),
        Compare("eq", Path(("_ownerID", "name")), 1),
        Compare("lt", Distance(Path(("a", "b")), HERE), 5),
        Compare("eq", TITLE, ["red"]),
        Compare("eq", TITLE, {"k": "v"}),
        In(TITLE, (["red"],)),
        Contains(TITLE, 1),
        Contains(TITLE, True),
        Contains(TITLE, None),
        Contains(TITLE, RecordID("a", "1")),
        Contains(TITLE, HERE),
        Matches(TITLE, "a.*"),
        Raw("title = 'a'"),
    ],
)
def test_what_the_server_cannot_be_asked_is_refused(predicate: Predicate) -> None:
    with pytest.raises(QueryError):
        predicates.dump(predicate)


def test_a_pattern_that_is_no_text_is_refused() -> None:
    pattern: Any = 5

    with pytest.raises(QueryError, match="a like pattern is text, not 5"):
        predicates.dump(Like(TITLE, pattern))


@pytest.mark.parametrize(
    "order",
    [
        Order(Path(("reviewer", "name"))),
        Order(Distance(Path(("reviewer", "place")), HERE)),
    ],
)
def test_sorting_follows_no_references(order: Order) -> None:
    with pytest.raises(QueryError, match="follows no references"):
        predicates.dump_order(order)


def _anything(value: Any) -> Any:
    """Return *value* for what a type checker would not let through."""
    return value


TRAPS: dict[str, Callable[[], object]] = {
    "no condition": lambda: Sample.query().filter(_anything([])),
    "a truth value": lambda: Sample.query().filter(_anything(True)),
    "two references": lambda: Sample.reviewer.to.boss.to.name == "Ann",
    "a sort through a reference": lambda: Sample.query().order_by(
        Sample.reviewer.to.name.asc()
    ),
    "type/key of a reference": lambda: Sample.reviewer == "recorded_person/p1",
    "type/key of a new reference": lambda: Person.ref("recorded_person/p1"),
    "type/key of an id": lambda: Sample.id == "sample/1",
    "type/key of ids": lambda: Sample.id.is_in(["1", "sample/2"]),
    "type/key of an owner": lambda: Sample.owner_id == "user/u-1",
    "a reference of another type": lambda: (
        Sample.reviewer == _anything(Sample.ref("1"))
    ),
    "an id of another type": lambda: Sample.id == RecordID("other", "1"),
    "like on a number": lambda: _anything(Sample.number).like("1%"),
    "ilike on a date": lambda: _anything(Sample.due).ilike("2020%"),
    "contains on text": lambda: _anything(Sample.text).contains("a"),
    "a key of a list": lambda: _anything(Sample.tags).has_key("a"),
    "a number in a list": lambda: predicates.dump(
        _anything(Sample.tags).contains(1),
    ),
    "a list": lambda: predicates.dump(Sample.tags == ["red"]),
    "an object": lambda: predicates.dump(Sample.table == _anything({"k": "v"})),
    "a path through text": lambda: _anything(Sample.text).to,
    "a path through a user id": lambda: _anything(Sample.owner_id).to,
    "a distance from text": lambda: _anything(Sample.text).distance_to(HERE),
    "text within an area": lambda: _anything(Sample.text).within(GeoJSON({})),
    "a relation of text": lambda: _anything(Sample.text).related("follow", "mutual"),
    "an unknown relation": lambda: Sample.owner_id.related("like", "mutual"),
    "an unknown direction": lambda: Sample.owner_id.related(
        "follow", _anything("sideways")
    ),
    "more than null": lambda: Sample.number > _anything(None),
    "null in a list": lambda: Sample.number.is_in(_anything([1, None])),
    "letters for a list": lambda: Sample.text.is_in("alpha"),
    "a value of another type": lambda: Sample.number == _anything("2"),
    "an include through a reference": lambda: Sample.query().include(
        x=Sample.reviewer.to.boss
    ),
    "only a field of a reference": lambda: Sample.query().only(Sample.reviewer.to.name),
    "only a field of another model": lambda: Sample.query().only(Person.name),
    "only a name": lambda: Sample.query().only(_anything("text")),
    "an order of another model": lambda: Sample.query().order_by(Person.name.desc()),
    "an order by name": lambda: Sample.query().order_by(_anything("text")),
    "an include of another model": lambda: Sample.query().include(Person.boss),
    "an include by name": lambda: Sample.query().include(_anything("reviewer")),
    "a negative limit": lambda: Sample.query().limit(-1),
    "a fraction of an offset": lambda: Sample.query().offset(_anything(1.5)),
    "an unknown database": lambda: Sample.query().database("_nope"),
}


@pytest.mark.parametrize("trap", TRAPS.values(), ids=TRAPS)
def test_traps_are_query_errors_before_anything_is_sent(
    trap: Callable[[], object],
) -> None:
    with pytest.raises(QueryError):
        trap()


def test_a_field_says_what_it_is_not_asked_for() -> None:
    number: Any = Sample.number

    with pytest.raises(
        QueryError, match=r"^Sample\.number holds float: `like` is for text"
    ):
        number.like("1%")

    assert not hasattr(number, "like")
    assert not hasattr(number, "nothing_like_that")


@pytest.mark.parametrize(
    "wire",
    [
        [],
        ["and"],
        ["or"],
        ["not"],
        ["not", ["eq", keypath("a"), 1], ["eq", keypath("a"), 2]],
        ["eq"],
        ["eq", keypath("a")],
        ["eq", keypath("a"), 1, 2],
        ["EQ", keypath("a"), 1],
        ["between", keypath("a"), 1, 2],
        [1, keypath("a"), 1],
        ["and", "x"],
        "a = 1",
        {"a": 1},
        None,
        ["like", keypath("a"), 1],
        ["like", "a", "b"],
        ["in", "a", ["a"]],
        ["in", 1, keypath("a")],
        ["in", keypath("a"), "a"],
        ["eq", keypath("a"), {"$type": "nope"}],
        ["lt", ["func", "distance", keypath("a"), 1], 5],
        ["func", "userRelation", keypath("a"), {"$type": "relation", "$name": "_x"}],
        ["func"],
    ],
)
def test_what_is_no_predicate_is_not_loaded(wire: Any) -> None:
    with pytest.raises(QueryError):
        predicates.load(wire)


@pytest.mark.parametrize(
    "wire", [[keypath("a"), "up"], [keypath("a")], ["a", "asc"], keypath("a"), "a"]
)
def test_what_is_no_sort_key_is_not_loaded(wire: Any) -> None:
    with pytest.raises(QueryError, match="not a sort key"):
        predicates.load_order(wire)


@pytest.mark.parametrize("name", ["_owner", "_owner_id"])
def test_both_names_of_the_owner_are_loaded(name: str) -> None:
    loaded = predicates.load(["func", "userRelation", keypath(name), _FOLLOWED])

    assert loaded == Related(Path(("_ownerID",)), "follow", "inward")


def test_places_and_areas_are_loaded_on_either_side() -> None:
    area: JSON = {"$type": "geojson", "$val": {"type": "Point"}}

    loaded = predicates.load(["in", keypath("here"), area])

    assert loaded == Within(Path(("here",)), GeoJSON({"type": "Point"}))


_FOLLOWED: JSON = {"$type": "relation", "$name": "_follow", "$direction": "inward"}
