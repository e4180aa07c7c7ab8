"""Functions are called with arguments of the types that they declare."""

from __future__ import annotations

import builtins
import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from enum import Enum
from functools import partial, wraps
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import attrs
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skysyn import JSON, Field, Location, Record, Ref
from skysyn.cloud import App, Options, PlainRecord, values
from skysyn.errors import DeclarationError
from skysyn.models import RecordID, Reference

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

T = TypeVar("T")
Number = TypeVar("Number", bound=int)
AT = datetime(2020, 1, 2, tzinfo=UTC)
DATE: JSON = {"$type": "date", "$date": "2020-01-02T00:00:00Z"}
PLACE: JSON = {"$type": "geo", "$lng": 1, "$lat": 2}
REF: JSON = {"$type": "ref", "$id": "note/1"}
NOTE: JSON = {"$type": "record", "$record": {"_id": "note/1", "title": "tea"}}


class Note(Record):
    title: Field[str]
    at: Field[datetime | None]


class Size(Enum):
    SMALL = "s"
    LARGE = "l"


@attrs.frozen
class Stop:
    at: datetime
    where: Location | None = None


@dataclasses.dataclass(frozen=True)
class Trip:
    stops: list[Stop]
    more: dict[str, Any]


class Count(msgspec.Struct, frozen=True):
    so_many: int


def call(function: Callable[..., object], *args: JSON, **named: JSON) -> Any:
    """Return the reply to a client that calls *function*, which is known as `f`."""
    app = App(Options())
    app.op("f")(function)
    sent: JSON = dict(named) if named else list(args)
    return app.answer({"kind": "op", "name": "f", "param": {"args": sent}})


def given_to(kind: Any, value: JSON) -> Any:
    """Return what a function that declares *kind* is called with for *value*."""
    seen: list[object] = []

    def take(it: Any) -> None:
        seen.append(it)

    take.__annotations__["it"] = kind
    assert call(take, value) == {"result": None}
    return seen[0]


TYPES: list[tuple[Any, JSON, object]] = [
    (datetime, DATE, AT),
    (Location | None, PLACE, Location(1, 2)),
    (Location | None, None, None),
    (RecordID, REF, RecordID("note", "1")),
    (Ref[Note], REF, Reference(Note, "1")),
    (Size, "s", Size.SMALL),
    (list[Size], ["s", "l"], [Size.SMALL, Size.LARGE]),
    (Literal["a", "b"], "b", "b"),
    (float, 2, 2.0),
    (Stop, {"at": DATE}, Stop(AT)),
    (dict[str, Stop], {"a": {"at": DATE}}, {"a": Stop(AT)}),
    (
        Trip,
        {"stops": [{"at": DATE, "where": PLACE}], "more": {"back": DATE}},
        Trip([Stop(AT, Location(1, 2))], {"back": AT}),
    ),
    (Count, {"so_many": 3}, Count(3)),
    (tuple[datetime, int], [DATE, 1], (AT, 1)),
    (str | list[str], ["a"], ["a"]),
    (datetime | str, "soon", "soon"),
    ("Sequence[Stop]", [{"at": DATE}], (Stop(AT),)),
    (datetime | Location | str, PLACE, Location(1, 2)),
    (Stop | list[Stop], [{"at": DATE}], [Stop(AT)]),
    (Number, 5, 5),
]


@pytest.mark.parametrize(("kind", "value", "wanted"), TYPES)
def test_an_argument_is_of_the_declared_type(
    kind: Any, value: JSON, wanted: object
) -> None:
    found = given_to(kind, value)

    assert (found, type(found)) == (wanted, type(wanted))


OPEN: list[Any] = [Any, object, T, Any | None, object | None]
MANY: list[Any] = [list, list[Any], list[object], Sequence[Any], tuple]


@pytest.mark.parametrize("kind", OPEN)
def test_an_argument_of_any_type_is_what_its_value_says(kind: Any) -> None:
    assert given_to(kind, {"a": [DATE, 1]}) == {"a": [AT, 1]}


@pytest.mark.parametrize("kind", MANY)
def test_what_a_list_of_anything_holds_is_what_it_says(kind: Any) -> None:
    assert list(given_to(kind, [DATE, {"a": PLACE}])) == [AT, {"a": Location(1, 2)}]


@pytest.mark.parametrize("kind", [dict, dict[str, Any], Mapping[str, object]])
def test_what_an_object_of_anything_holds_is_what_it_says(kind: Any) -> None:
    assert given_to(kind, {"a": DATE, "b": [PLACE]}) == {
        "a": AT,
        "b": [Location(1, 2)],
    }


@pytest.mark.parametrize("kind", [JSON, dict[str, JSON], "Mapping[str, JSON]"])
def test_json_is_as_it_travels(kind: Any) -> None:
    assert given_to(kind, {"a": [DATE]}) == {"a": [DATE]}


def test_a_record_is_one_of_its_class() -> None:
    found = given_to(Note, NOTE)

    assert (type(found), str(found.id), found.title) == (Note, "note/1", "tea")


def test_a_plain_record_is_one() -> None:
    for kind in (PlainRecord, PlainRecord | None, PlainRecord | datetime):
        assert dict(given_to(kind, NOTE)) == {"title": "tea"}


def test_every_parameter_has_its_type() -> None:
    def take(
        a: datetime, /, b: Size, *rest: Stop, c: Location, **others: Count
    ) -> list[object]:
        return [a, b, *rest, c, others]

    def take_named(b: Size, *, c: Location, **others: Count) -> list[object]:
        return [b, c, others["d"]]

    named = call(take_named, b="s", c=PLACE, d={"so_many": 1})
    wrong = call(take, DATE, "s", {"at": DATE}, {"at": 5})

    assert named == {"result": ["s", PLACE, {"so_many": 1}]}
    said = "the argument 'rest[1]' of f: expected datetime, got int @ rest[1].at"
    assert wrong["error"]["message"] == said


def test_null_is_taken_where_it_is_the_default() -> None:
    def take(at: Any = None) -> bool:
        return at is None

    take.__annotations__["at"] = datetime

    assert call(take, None) == {"result": True}


MISFITS: list[tuple[Any, JSON, str]] = [
    (int, "5", "expected int, got text @ it"),
    (int, True, "expected int, got bool @ it"),
    (datetime, "2020-01-02", "expected datetime, got text @ it"),
    (Size, "xl", "expected one of 's', 'l', got 'xl' @ it"),
    (list[int], "12", "expected a list, got text @ it"),
    (list[Stop], [{"at": DATE}, {"at": 5}], "expected datetime, got int @ it[1].at"),
    (Stop, {}, "there is no 'at' @ it.at"),
    (Stop, "x", "expected an object, got text @ it"),
    (dict[str, object], DATE, "expected an object, got a value of 'date' @ it"),
    (PlainRecord, REF, "expected a record, got the reference note/1 @ it"),
    (Ref[Note], PLACE, "expected a reference to Note, got a value of 'geo' @ it"),
    (
        Note,
        {"$type": "record", "$record": {"_id": "pen/1"}},
        "expected a record of Note, got the record pen/1 @ it",
    ),
    (
        Note,
        {"$type": "record", "$record": {"_id": "note/1", "title": 5}},
        "Note.title of note/1: ",
    ),
]


@pytest.mark.parametrize(("kind", "value", "said"), MISFITS)
def test_what_does_not_fit_is_refused_by_its_name(
    kind: Any, value: JSON, said: str
) -> None:
    called: list[object] = []

    def take(it: Any) -> None:
        called.append(it)

    take.__annotations__["it"] = kind
    error = call(take, value)["error"]

    assert (error["code"], error["info"], called) == (108, {"arguments": ["it"]}, [])
    assert error["message"].startswith(f"the argument 'it' of f: {said}")


@pytest.mark.parametrize("kind", [date, complex, bytes, list[complex], Iterable[int]])
def test_types_that_nobody_can_send_are_refused_when_they_are_declared(
    kind: Any,
) -> None:
    def take(it: Any) -> None: ...

    take.__annotations__["it"] = kind

    with pytest.raises(DeclarationError, match=r"f cannot take .* for 'it': decl"):
        call(take)


def test_a_name_that_is_not_known_is_refused_when_it_is_declared() -> None:
    def take(at: list[Path]) -> None: ...

    with pytest.raises(DeclarationError, match=r"'list\[Path\]' of 'at': .* above"):
        call(take)


def test_classes_are_known_where_the_function_is_registered() -> None:
    @attrs.frozen
    class Local:
        n: int

    app = App(Options())

    @app.op("f")
    def f(local: Local, more: list[Local]) -> list[int]:
        return [local.n, *(one.n for one in more)]

    param: JSON = {"args": [{"n": 1}, [{"n": 2}]]}
    assert app.answer({"kind": "op", "name": "f", "param": param}) == {"result": [1, 2]}


def shift(by: datetime, at: datetime) -> int:
    return (at - by).days


def test_functions_that_wrap_others_take_what_those_take() -> None:
    @wraps(shift)
    def wrapper(*args: Any) -> int:
        return shift(*args)

    assert call(wrapper, DATE, DATE) == {"result": 0}
    assert call(partial(shift, AT), DATE) == {"result": 0}


def test_classes_take_what_makes_them() -> None:
    assert call(Stop, DATE) == {"result": {"at": DATE, "where": None}}


def test_functions_that_declare_nothing_take_what_comes() -> None:
    year: Callable[[Any], object] = lambda at: at.year  # noqa: E731  # declares nothing

    assert call(year, DATE) == {"result": 2020}
    assert call(builtins.max, 1, 2) == {"result": 2}


SENT: st.SearchStrategy[tuple[Any, object]] = st.one_of(
    st.tuples(st.just(list[datetime]), st.lists(st.datetimes(timezones=st.just(UTC)))),
    st.tuples(st.just(Size | None), st.none() | st.sampled_from(Size)),
    st.tuples(
        st.just(dict[str, Stop]),
        st.dictionaries(
            st.text(max_size=4).filter(lambda key: key != "$type"),
            st.builds(Stop, st.datetimes(timezones=st.just(UTC))),
            max_size=3,
        ),
    ),
)


@given(SENT)
def test_what_functions_return_others_take(sent: tuple[Any, object]) -> None:
    kind, value = sent

    assert given_to(kind, values.dump(value)) == value
