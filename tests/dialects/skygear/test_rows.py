from __future__ import annotations

from datetime import UTC, datetime
from enum import Enum
from gc import get_referents
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skysyn import Asset, Field, GeoJSON, Location, Record, RecordID, Unknown
from skysyn.errors import ConversionError, NotLoaded
from skysyn.models import Origin

from .models import Person, Sample, received
from .strategies import plain

WHOLE = Origin(None)
TIME = datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC)


class Mixed(Enum):
    ONE = 1
    TWO = "two"


class Choice(Record):
    mixed: Field[Mixed]


def sample(fields: bytes, origin: Origin = WHOLE) -> Sample:
    return Sample.__sky_make__(b'{"_id":"sample/a/b",' + fields + b"}", origin)


def outcome(task: Sample, name: str) -> str:
    """Return "value", or the field that the error is about."""
    try:
        getattr(task, name)
    except ConversionError as error:
        return str(error.field)
    return "value"


@pytest.mark.parametrize(
    ("name", "wire", "value"),
    [
        ("id", b'"text":""', RecordID("sample", "a/b")),
        (
            "created_at",
            b'"_created_at":"2020-01-02T03:04:05.1Z"',
            TIME.replace(microsecond=100000),
        ),
        ("due", b'"due":{"$date":"2020-01-02T05:04:05+02:00","$type":"date"}', TIME),
        (
            "reviewer",
            b'"reviewer":{"$type":"ref","$id":"recorded_person/a/b"}',
            Person.ref("a/b"),
        ),
        ("where", b'"where":{"$type":"geo","$lng":1,"$lat":-2.5}', Location(1, -2.5)),
        ("area", b'"area":{"$type":"geojson","$val":{"a":1}}', GeoJSON({"a": 1})),
        ("photo", b'"photo":{"$type":"asset","$name":"n","$url":"u"}', Asset("n")),
        ("money", b'"money":{"$type":"unknown"}', Unknown()),
        ("number", b'"number":3', 3.0),
        ("counter", b'"counter":9007199254740993', 9007199254740993),
        ("text", rb'"text":"\ud83d\ude00\u0000"', "😀\0"),
        ("anything", b'"anything":[1,1.0,true,null]', [1, 1.0, True, None]),
    ],
)
def test_bytes_become_values(name: str, wire: bytes, value: object) -> None:
    found = getattr(sample(wire), name)

    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    ("name", "wire", "path"),
    [
        ("whole", b'"whole":"1"', "$.whole"),
        ("done", b'"done":1', "$.done"),
        ("tags", b'"tags":["a",1]', "$.tags[1]"),
        ("where", b'"where":{"$type":"geo","$lng":1}', "$.where"),
        ("due", b'"due":{"$type":"date","$date":"2020-01-02T03:04:05"}', "$.due"),
        ("reviewer", b'"reviewer":{"$type":"ref","$id":"sample/a"}', "$.reviewer"),
        ("reviewer", b'"reviewer":{"$type":"ref","$id":"a"}', "$.reviewer"),
        ("text", b'"text":"\xff"', "$.text"),
        ("text", b'"text":null', "$.text"),
        ("acl", b'"_access":[{"level":"admin"}]', "$._access[0].level"),
    ],
)
def test_a_value_that_does_not_fit_costs_only_itself(
    name: str, wire: bytes, path: str
) -> None:
    task = sample(wire + b',"nickname":"kept"')

    assert task.nickname == "kept"
    with pytest.raises(ConversionError) as caught:
        getattr(task, name)
    found = (caught.value.record, caught.value.field, caught.value.path)
    assert found == ("sample/a/b", name, path)


def test_a_row_that_does_not_fit_costs_no_other() -> None:
    texts = [b"1" if number == 17 else b'"x"' for number in range(100)]
    tasks = [sample(b'"text":' + text) for text in texts]

    broken = [n for n, task in enumerate(tasks) if outcome(task, "text") != "value"]

    assert broken == [17]


@given(
    st.fixed_dictionaries({}, optional=dict.fromkeys(["tags", "due", "text"], plain))
)
def test_whatever_is_sent_a_field_has_a_value_or_says_why_not(row: Any) -> None:
    task = received(Sample, {"whole": 7, **row})

    outcomes = {name: outcome(task, name) for name in row}

    assert set(outcomes.values()) <= {"value", *row}
    assert task.whole == 7


@pytest.mark.parametrize("asked", ["whole", "nickname"])
def test_fields_that_were_not_asked_for_are_not_loaded(asked: str) -> None:
    only = Origin(None, only=frozenset({asked}))
    task = sample(b'"whole":1,"nickname":null', only)
    (other,) = {"whole", "nickname"} - {asked}

    assert getattr(task, asked) in {1, None}
    with pytest.raises(NotLoaded, match=rf"add Sample\.{other} to its \.only"):
        getattr(task, other)


def test_a_field_that_was_not_asked_for_is_no_change_until_assigned() -> None:
    task = sample(b'"whole":1', Origin(None, only=frozenset({"whole"})))

    task.nickname = None

    assert task.changes == {"nickname": None}


REVIEWER = b'"reviewer":{"$type":"ref","$id":"recorded_person/p"},"_transient":'


@pytest.mark.parametrize(
    ("transient", "is_loaded"),
    [
        (b'{"who":{"_id":"recorded_person/p","name":"Ann"}}', True),
        (b'{"who":null}', False),
        (b'{"other":{"_id":"recorded_person/p"}}', False),
        (b"{}", False),
        (b"null", False),
        (b"[1]", False),
    ],
)
def test_a_record_that_came_along_is_its_references(
    transient: bytes, *, is_loaded: bool
) -> None:
    origin = Origin(None, includes={"who": "reviewer"})
    task = sample(REVIEWER + transient, origin)

    reviewer = task.reviewer

    assert reviewer is not None
    assert reviewer.is_loaded is is_loaded
    assert not is_loaded or reviewer.load().name == "Ann"


def test_a_record_is_filled_without_a_dict_of_its_own() -> None:
    task = sample(b'"text":"x","table":{}')

    assert (task.text, task.table) == ("x", {})

    assert [found for found in get_referents(task) if type(found) is dict] == [{}]


def test_members_of_several_types_are_told_apart() -> None:
    rows = [b'{"mixed":1}', b'{"mixed":"two"}', b'{"mixed":[1]}']
    one, two, other = [Choice.__sky_make__(row, WHOLE) for row in rows]

    assert (one.mixed, two.mixed) == (Mixed.ONE, Mixed.TWO)
    with pytest.raises(ConversionError, match=r"Choice\.mixed"):
        _ = other.mixed


def test_an_id_of_another_type_is_kept_as_it_is() -> None:
    task = Sample.__sky_make__(b'{"_id":"old_name/k"}', WHOLE)

    assert task.id == RecordID("old_name", "k")


@given(plain, plain)
def test_only_another_json_is_a_change(before: Any, after: Any) -> None:
    task = received(Sample, {"anything": before})

    task.anything = after

    same = msgspec.json.encode(before, order="deterministic") == msgspec.json.encode(
        after, order="deterministic"
    )
    assert task.changes == ({} if same else {"anything": after})


@pytest.mark.parametrize(("before", "after"), [(1, True), (0, False), ([1], [True])])
def test_a_number_in_json_that_becomes_a_truth_value_is_a_change(
    before: Any, after: Any
) -> None:
    task = received(Sample, {"table": {"a": before}})

    task.table["a"] = after

    assert task.changes == {"table": {"a": after}}


def test_an_unread_record_has_no_changes() -> None:
    task = sample(b'"whole":1,"tags":["a"]')

    assert task.changes == {}
