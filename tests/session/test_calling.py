"""Functions of cloud code are called with typed arguments and results."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from enum import Enum
from typing import Any, Literal, TypedDict

import attrs
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skysyn import (
    ACL,
    JSON,
    Asset,
    Field,
    GeoJSON,
    Location,
    MockTransport,
    Record,
    RecordID,
    Request,
    Response,
    Skygear,
    SkygearSession,
    connect,
)
from skysyn import Sequence as Seq
from skysyn.errors import (
    ConversionError,
    DeclarationError,
    InvalidRequest,
    QueryError,
    RemoteError,
)

AT = datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC)
DATE: JSON = {"$type": "date", "$date": "2020-01-02T03:04:05Z"}
POINT: dict[str, JSON] = {"type": "Point", "coordinates": [1, 2]}


class Note(Record):
    title: Field[str]
    at: Field[datetime | None]


class Colour(Enum):
    RED = "red"


class Told(TypedDict):
    at: datetime


@attrs.frozen
class Receipt:
    at: datetime
    lines: list[str]
    where: Location | None = None


@dataclasses.dataclass
class Page:
    notes: list[Note]
    total: int


class Plain(msgspec.Struct):
    at: datetime
    count: int = 0


class SoldOut(RemoteError):
    """The thing is sold."""


def wire(title: str, **more: JSON) -> JSON:
    record: JSON = {"_id": "note/1", "_access": None, "title": title, **more}
    return {"$type": "record", "$record": record}


@attrs.define
class Code:
    """Cloud code that answers all calls alike, and notes what it was sent."""

    reply: dict[str, Any]
    sent: list[Any] = attrs.field(factory=list[Any])

    def answer(self, request: Request) -> Response:
        self.sent.append(json.loads(request.body)["args"])
        status = 400 if "error" in self.reply else 200
        return Response(status, body=json.dumps(self.reply).encode())

    def session(self) -> SkygearSession:
        settings = Skygear("https://app.example.com", api_key="k")
        return connect(settings, transport=MockTransport(self.answer))


def returned(result: JSON) -> SkygearSession:
    """Return a session with an app whose functions return *result*."""
    return Code({"result": result}).session()


RESULTS: list[tuple[JSON, Any, object]] = [
    ("text", str, "text"),
    (5, int, 5),
    (5, float, 5.0),
    (True, bool, True),
    (None, type(None), None),
    (DATE, datetime, AT),
    ({"$type": "geo", "$lng": 1, "$lat": 2}, Location, Location(1, 2)),
    ({"$type": "geojson", "$val": POINT}, GeoJSON, GeoJSON(POINT)),
    ({"$type": "asset", "$name": "n"}, Asset, Asset("n")),
    ({"$type": "ref", "$id": "note/1"}, RecordID, RecordID("note", "1")),
    ({"$type": "seq"}, Seq, Seq()),
    ("red", Colour, Colour.RED),
    ("a", Literal["a", "b"], "a"),
    ([1, 2], list[int], [1, 2]),
    ([1, 2], Sequence[int], (1, 2)),
    ([1, "a"], tuple[int, str], (1, "a")),
    ([1, 2], set[int], {1, 2}),
    ([DATE, None], list[datetime | None], [AT, None]),
    ([1, "a"], list[int | str], [1, "a"]),
    ({"a": DATE}, dict[str, datetime], {"a": AT}),
    ({"a": [1]}, Mapping[str, list[int]], {"a": [1]}),
    ({"at": DATE}, Told, {"at": AT}),
    ({"at": DATE, "lines": ["x"], "more": 1}, Receipt, Receipt(AT, ["x"])),
    ({"at": DATE, "count": 2}, Plain, Plain(AT, 2)),
    ({"a": DATE}, dict[str, JSON], {"a": DATE}),
    ([1, {"a": None}], object, [1, {"a": None}]),
]


@pytest.mark.parametrize(("result", "kind", "value"), RESULTS)
def test_a_result_is_of_the_declared_type(
    result: JSON, kind: type[object], value: object
) -> None:
    found = returned(result).op("f", kind)()

    assert (found, type(found)) == (value, type(value))


WRONG: list[tuple[JSON, Any, str]] = [
    ("5", int, "expected int, got text"),
    (5.5, int, "expected int, got float"),
    (True, int, "expected int, got bool"),
    (None, str, "expected text, got null"),
    ("abc", list[str], "expected a list, got text"),
    ("ab", set[str], "expected a list, got text"),
    ([1], dict[str, int], "expected an object, got a list"),
    ({"a": 1}, list[str], "expected a list, got an object"),
    ("ab", tuple[str, str], "expected a list, got text"),
    ([1, "x"], list[int], r"\$\[1\]"),
    ("2020-01-02T03:04:05Z", datetime, "expected datetime, got text"),
    (DATE, Location, "expected Location, got a value of 'date'"),
    ({"$type": "date", "$date": "soon"}, datetime, "not a value of Skygear's"),
    ({"lines": []}, Receipt, "there is no 'at'"),
    ({"at": DATE, "lines": [3]}, Receipt, r"\$\.lines\[0\]"),
    ({"at": "x"}, Plain, r"Invalid RFC3339 .* `\$\.at`"),
    ("blue", Colour, "expected one of 'red', got 'blue'"),
    ("c", Literal["a"], "c"),
    ({"title": "x"}, Note, "expected a record of Note, got an object"),
    ({"$type": "record", "$record": {"_id": "task/1"}}, Note, "the record task/1"),
]


@pytest.mark.parametrize(("result", "kind", "said"), WRONG)
def test_another_result_is_a_conversion_error_that_says_where(
    result: JSON, kind: type[object], said: str
) -> None:
    with pytest.raises(ConversionError, match=said) as caught:
        returned(result).op("shop:f", kind)()

    assert str(caught.value).startswith("shop:f returned something else than ")
    assert caught.value.value == result


def test_without_a_type_the_result_is_json() -> None:
    assert returned([DATE, 5]).op("f")() == [DATE, 5]


def test_a_function_says_what_it_is() -> None:
    assert repr(returned(5).op("f", int)) == "RemoteOp(name='f', returns=<class 'int'>)"


def test_a_function_may_return_none_if_that_is_said() -> None:
    find = returned(None).op("f", Note).or_none()

    assert find() is None
    assert returned(wire("x")).op("f", Note).or_none()() == Note.ref("1")


def test_records_inside_of_results_are_typed() -> None:
    session = returned({"notes": [wire("x", at=DATE)], "total": 1})

    page = session.op("notes", Page)()

    [note] = page.notes
    assert (note.title, note.at, note.is_stored, page.total) == ("x", AT, True, 1)
    assert note.changes == {}


def test_arguments_travel_by_position_or_by_name() -> None:
    code = Code({"result": None})
    buy = code.session().op("shop:buy")

    buy("salmon", 2)
    buy(food="salmon", times=2)
    buy()

    assert code.sent == [["salmon", 2], {"food": "salmon", "times": 2}, []]


def test_arguments_by_position_and_by_name_are_refused() -> None:
    code = Code({"result": None})

    with pytest.raises(QueryError, match="by position or by name, not both"):
        code.session().op("shop:buy")("salmon", times=2)

    assert code.sent == []


ARGUMENTS: list[tuple[object, JSON]] = [
    (AT, DATE),
    (Location(1, 2), {"$type": "geo", "$lng": 1, "$lat": 2}),
    (RecordID("note", "1"), {"$type": "ref", "$id": "note/1"}),
    (Note.ref("1"), {"$type": "ref", "$id": "note/1"}),
    (ACL.public_read(), [{"public": True, "level": "read"}]),
    (Colour.RED, "red"),
    ((1, [AT]), [1, [DATE]]),
    ({"a": AT}, {"a": DATE}),
    (Receipt(AT, ["x"]), {"at": DATE, "lines": ["x"], "where": None}),
    (Page([], 1), {"notes": [], "total": 1}),
    (Note(title="x", at=AT).with_id("1"), wire("x", at=DATE)),
    ([Note(title="x", at=None).with_id("1")], [wire("x", at=None)]),
]


@pytest.mark.parametrize(("argument", "sent"), ARGUMENTS)
def test_arguments_are_typed_values(argument: object, sent: JSON) -> None:
    code = Code({"result": None})

    code.session().op("f")(argument)

    assert code.sent == [[sent]]


def test_a_stored_record_travels_with_its_changes() -> None:
    code = Code({"result": wire("old", _created_by="ada")})
    session = code.session()
    note = session.op("get", Note)()
    note.title = "new"

    session.op("put")(note)

    assert code.sent[1] == [wire("new", _created_by="ada")]


REFUSED: list[object] = [
    datetime(2020, 1, 1),  # noqa: DTZ001  # which is the point
    {"$type": "date"},
    [{"at": datetime(2020, 1, 1)}],  # noqa: DTZ001  # as above
]


@pytest.mark.parametrize("argument", REFUSED)
def test_what_would_be_understood_wrongly_is_not_sent(argument: object) -> None:
    code = Code({"result": None})

    with pytest.raises(ConversionError):
        code.session().op("f")(argument)

    assert code.sent == []


def test_what_is_no_json_is_not_sent() -> None:
    code = Code({"result": None})

    with pytest.raises(ConversionError, match=r"\$\.args\[0\] is not plain JSON"):
        code.session().op("f")(object())

    assert code.sent == []


def refused(code: int) -> SkygearSession:
    said = {"code": code, "name": "N", "message": "gone", "info": {"left": 0}}
    return Code({"error": said}).session()


def test_errors_are_those_of_their_codes() -> None:
    with pytest.raises(InvalidRequest, match="gone"):
        refused(108).op("shop:buy", Receipt)()


@pytest.mark.parametrize("code", [108, 5001])
def test_errors_of_its_own_are_declared(code: int) -> None:
    buy = refused(code).op("shop:buy", Receipt, errors={code: SoldOut})

    with pytest.raises(SoldOut) as caught:
        buy()

    assert (caught.value.code, caught.value.info) == (code, {"left": 0})


@pytest.mark.parametrize("kind", [bytes, complex, type, list[complex], object()])
def test_what_no_result_can_be_is_refused_when_it_is_declared(kind: Any) -> None:
    with pytest.raises(DeclarationError, match="no result can be read as"):
        returned(None).op("f", kind)


TIMES = st.datetimes(timezones=st.just(UTC))
PLACES = st.builds(Location, st.floats(-180, 180), st.floats(-90, 90))
RECEIPTS = st.builds(
    Receipt, at=TIMES, lines=st.lists(st.text()), where=st.none() | PLACES
)
SENT: st.SearchStrategy[tuple[Any, object]] = st.one_of(
    st.tuples(st.just(list[datetime | None]), st.lists(st.none() | TIMES)),
    st.tuples(
        st.just(dict[str, int | str | None]),
        st.dictionaries(
            st.text().filter(lambda key: key != "$type"),
            st.none() | st.integers(-(2**53), 2**53) | st.text(),
        ),
    ),
    st.tuples(st.just(list[Receipt]), st.lists(RECEIPTS)),
    st.tuples(st.just(Location), PLACES),
)


@given(SENT)
def test_what_is_sent_comes_back(sent: tuple[Any, object]) -> None:
    kind, value = sent
    code = Code({"result": None})
    code.session().op("f")(value)
    [[code.reply["result"]]] = code.sent

    assert code.session().op("f", kind)() == value
