"""What models and queries are not for is refused at once, in words."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

import skysyn
from skysyn import (
    ACL,
    Asset,
    Entity,
    Field,
    GeoJSON,
    Location,
    Record,
    RecordID,
    Ref,
    field,
)
from skysyn.errors import (
    ConversionError,
    DeclarationError,
    NoSessionError,
    QueryError,
    SkysynError,
)

if TYPE_CHECKING:
    from collections.abc import Callable


class User(Record):
    name: Field[str]


class Task(Record):
    title: Field[str]
    done: Field[bool] = field(default=False)
    count: Field[int | None] = field(default=None)
    due: Field[datetime | None] = field(default=None)
    tags: Field[list[str]] = field(factory=list)
    boss: Field[Ref[User] | None] = field(default=None)
    place: Field[Location | None] = field(default=None)
    area: Field[GeoJSON | None] = field(default=None)
    file: Field[Asset | None] = field(default=None)


class Job(Entity):
    name: Field[str]


# callers have no type checker here
T: Any = Task
J: Any = Job
S: Any = skysyn
NEAR: Any = Task.place.distance_to(Location(1, 2))
HOLDS: Any = Task.title == "x"

CONDITIONS: list[tuple[Callable[[], object], str]] = [
    (lambda: HOLDS & True, "brackets"),
    (lambda: HOLDS | None, "brackets"),
    (lambda: True & HOLDS, "brackets"),
    (lambda: False | HOLDS, "brackets"),
    (lambda: T.done & HOLDS, "stands between Task.done"),
    (lambda: T.title == "x" & T.done, "stands between Task.done and 'x'"),
    (lambda: T.title == "x" | T.done, "stands between Task.done and 'x'"),
    (lambda: T.done | HOLDS, r"\(Task.done == …\) | "),
    (lambda: T.done and HOLDS, "Task.done == True"),
    (lambda: HOLDS and T.done, "Combine with &, | and ~"),
    (lambda: not T.query(), r"ask \.exists\(\)"),
    (lambda: ~T.done, "Task.done == False"),
    (lambda: T.boss.name, r"follow it with Task\.boss\.to\.name"),
    (lambda: T.title.contains("x"), "is for lists and geometries only"),
    (lambda: T.title.like(5), "Task.title: a pattern is text, not 5"),
    (lambda: T.title.ilike(None), "a pattern is text, not None"),
    (lambda: T.title.is_in(5), "takes several values, not 5"),
    (lambda: T.title.is_in("x"), r"such as \['x'\]"),
    (lambda: T.title == 5, "Task.title: 5 is int, not str"),
    (lambda: T.due < datetime(2020, 1, 1), "no time zone"),  # noqa: DTZ001  # so it is
    (lambda: T.place.distance_to((1, 2)), r"takes a Location, not \(1, 2\)"),
    (lambda: NEAR < "5", "is compared with metres, not '5'"),
    (lambda: NEAR <= None, "is compared with metres, not None"),
    (lambda: NEAR > True, "is compared with metres, not True"),
    (lambda: NEAR >= [1], r"is compared with metres, not \[1\]"),
    (lambda: T.place.within(Location(1, 2)), "takes a GeoJSON, not Location"),
    (lambda: T.area.contains("x"), "takes a Location, not 'x'"),
    (lambda: J.name.contains(5), r"Job.name.contains\(\) takes text, not 5"),
    (lambda: J.name.matches(None), r"Job.name.matches\(\) takes text, not None"),
]

QUERIES: list[tuple[Callable[[], object], str]] = [
    (lambda: T.query().filter("x"), "'x' is no predicate"),
    (lambda: T.query().only("title"), "write Task.its_name"),
    (lambda: T.query().order_by(T.title.desc), "is no field; write Task.its_name"),
    (lambda: T.query().include(boss="boss"), "'boss' is no field"),
    (
        lambda: T.query().limit("5"),
        r"limit\(\) takes a whole number from 0 up, not '5'",
    ),
    (lambda: T.query().limit(True), "not True"),
    (lambda: T.query().offset(-1), "not -1"),
    (lambda: T.query().pages("x"), "at least one record, not 'x'"),
    (lambda: T.query().pages(0), "at least one record, not 0"),
    (lambda: T.query().database(5), "no database 5"),
    (lambda: T.query().get(None), r"get\(\) takes the key of a Task, not None"),
    (lambda: T.query().get(5), "5 names no record"),
    (lambda: T.query().sort("x"), r"write order_by\(Task.due.desc\(\)\)"),
    (lambda: T.query().exclude(HOLDS), r"write filter\(~\(…\)\)"),
    (lambda: J.query().order_by(J.name), "accsyn cannot sort"),
    (lambda: J.query().sort("x"), "accsyn cannot sort"),
    (lambda: J.query().count(), "accsyn does not count"),
    (lambda: J.query().only("name"), "write Job.its_name"),
    (lambda: J.query().only(T.title), "Task.title in a query of Job"),
    (lambda: J.query().finished("x"), r"finished\(\) takes True or False, not 'x'"),
    (lambda: next(J.query().pages("x")), "at least one entity, not 'x'"),
    (lambda: T.ref(5), r"Task.ref\(\) takes a bare key, not 5"),
    (lambda: T(title="x").with_id(5), "takes a bare key, not 5"),
]

SESSIONS: list[Callable[[], object]] = [
    lambda: T.bind("x"),
    lambda: T.query("x"),
    lambda: J.query(5),
    lambda: S.bind("x").__enter__(),
    lambda: S.set_default("x"),
    lambda: S.set_default(S.Skygear("http://127.0.0.1")),
]


@pytest.mark.parametrize(("misuse", "words"), CONDITIONS)
def test_no_condition_comes_of_a_wrong_operand(
    misuse: Callable[[], object], words: str
) -> None:
    with pytest.raises(QueryError, match=words):
        misuse()


@pytest.mark.parametrize(("misuse", "words"), QUERIES)
def test_no_query_comes_of_a_wrong_argument(
    misuse: Callable[[], object], words: str
) -> None:
    with pytest.raises(QueryError, match=words):
        misuse()


@pytest.mark.parametrize("misuse", SESSIONS)
def test_only_a_session_is_bound(misuse: Callable[[], object]) -> None:
    with pytest.raises(NoSessionError, match=r"takes a session, as connect\(\)"):
        misuse()


@pytest.mark.parametrize(
    ("kwargs", "words"),
    [
        ({"factory": 5}, "5 is no function"),
        ({"validator": "x"}, "'x' is no function"),
        ({"wire": 5}, "wire= is the service's name, not 5"),
    ],
)
def test_a_field_is_told_what_it_can_keep(kwargs: dict[str, Any], words: str) -> None:
    with pytest.raises(DeclarationError, match=words):
        field(**kwargs)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("acl", S.ACL("x"), "'x' is no grant"),
        ("area", S.GeoJSON("x"), "holds no geometry"),
        ("file", S.Asset(5), "has the name of a file, which is text, not 5"),
        ("place", S.Location("a", "b"), "is not on the earth"),
        ("boss", "1", r"write User.ref\('1'\)"),
    ],
)
def test_a_value_that_holds_nonsense_is_not_saved(
    name: str, value: object, words: str
) -> None:
    spec = Task.__sky_fields__[name].spec

    with pytest.raises(ConversionError, match=words):
        spec.check(value)


@pytest.mark.parametrize(
    "misuse",
    [
        lambda: S.RecordID.parse(5),
        lambda: S.ACL().user(T(title="x"), "read"),
        lambda: S.ACL().role(None, "read"),
        lambda: S.ACL().public("x"),
    ],
)
def test_a_value_is_not_made_of_another(misuse: Callable[[], object]) -> None:
    with pytest.raises(ConversionError, match=r"not |no level"):
        misuse()


def test_what_a_query_has_under_no_name_is_an_ordinary_attribute_error() -> None:
    query: Any = Task.query()

    with pytest.raises(AttributeError, match="'RecordQuery' object has") as caught:
        query.nothing  # the access is what is tested
    assert not isinstance(caught.value, SkysynError)


def test_values_that_are_right_pass() -> None:
    fields = Task.__sky_fields__
    acl, file = ACL().user("u", "read"), Asset("a.png")

    assert fields["acl"].spec.check(acl) is acl
    assert fields["file"].spec.check(file) is file
    assert RecordID.parse("task/1/2") == RecordID("task", "1/2")
