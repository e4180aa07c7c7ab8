from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from skysyn import JSON, Asset, GeoJSON, Location, RecordID, Sequence, Unknown
from skysyn.dialects.skygear import values
from skysyn.errors import ConversionError, QueryError

from .models import Colour, Grade, Person, Sample, received
from .strategies import (
    areas,
    assets,
    dates,
    floats,
    ids,
    integers,
    keys,
    naive,
    places,
    plain,
    texts,
)

FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "text": texts,
    "number": floats,
    "whole": integers,
    "done": st.booleans(),
    "due": st.none() | dates,
    "reviewer": st.none() | keys.map(Person.ref),
    "where": st.none() | places,
    "area": st.none() | areas,
    "photo": st.none() | assets,
    "counter": integers,
    "money": st.none() | st.builds(Unknown, st.none() | texts),
    "colour": st.none() | st.sampled_from(Colour),
    "grade": st.none() | st.sampled_from(Grade),
    "tags": st.lists(texts),
    "table": st.dictionaries(texts.filter(lambda k: k != "$type"), plain),
    "anything": plain,
    "nickname": st.none() | texts,
}


@pytest.mark.parametrize("name", FIELDS)
@given(data=st.data())
def test_a_field_holds_what_its_dumped_value_decodes_to(
    name: str, data: st.DataObject
) -> None:
    value = data.draw(FIELDS[name])

    decoded = getattr(received(Sample, {name: values.dump(value)}), name)

    assert decoded == value
    assert type(decoded) is type(value)


@given(dates | ids | places | areas | assets | plain | st.builds(Unknown, texts))
@example(Sequence())
@example(Unknown())
def test_dumped_values_load_to_themselves(value: object) -> None:
    assert values.load(values.dump(value)) == value


@pytest.mark.parametrize(
    ("value", "wire"),
    [
        (
            datetime(2020, 1, 2, tzinfo=UTC),
            {"$type": "date", "$date": "2020-01-02T00:00:00Z"},
        ),
        (RecordID("note", "a/b"), {"$type": "ref", "$id": "note/a/b"}),
        (Person.ref("p1"), {"$type": "ref", "$id": "recorded_person/p1"}),
        (Location(114.2, 22), {"$type": "geo", "$lng": 114.2, "$lat": 22}),
        (
            GeoJSON({"type": "Point", "coordinates": [1, 2]}),
            {"$type": "geojson", "$val": {"type": "Point", "coordinates": [1, 2]}},
        ),
        (Asset("a.png"), {"$type": "asset", "$name": "a.png"}),
        (
            Asset("a.png", "image/png", "https://cdn.example.com/a?signature=s"),
            {"$type": "asset", "$name": "a.png", "$content_type": "image/png"},
        ),
        (Sequence(), {"$type": "seq"}),
        (Unknown(), {"$type": "unknown"}),
        (Unknown("money"), {"$type": "unknown", "$underlying_type": "money"}),
        (Colour.RED, "red"),
        (Grade.HIGH, 2),
        ([1, {"a": None}], [1, {"a": None}]),
    ],
)
def test_values_have_the_documented_wire_form(value: object, wire: object) -> None:
    assert values.dump(value) == wire


@pytest.mark.parametrize(
    ("date", "text"),
    [
        (datetime(2016, 9, 8, 6, 45, 59, tzinfo=UTC), "2016-09-08T06:45:59Z"),
        (datetime(2016, 9, 8, 6, 45, 59, 871000, UTC), "2016-09-08T06:45:59.871Z"),
        (datetime(2016, 9, 8, 6, 45, 59, 871230, UTC), "2016-09-08T06:45:59.87123Z"),
        (datetime(2016, 9, 8, 6, 45, 50, 1, UTC), "2016-09-08T06:45:50.000001Z"),
        (datetime(1, 1, 1, tzinfo=UTC), "0001-01-01T00:00:00Z"),
        (
            datetime(9999, 12, 31, 23, 59, 59, 999999, UTC),
            "9999-12-31T23:59:59.999999Z",
        ),
    ],
)
def test_dates_are_printed_as_the_server_prints_them(date: datetime, text: str) -> None:
    assert (values.dump_date(date), values.load_date(text)) == (text, date)


def test_dates_are_dumped_in_utc() -> None:
    east = timezone(timedelta(hours=8))

    text = values.dump_date(datetime(2016, 9, 8, 14, 45, 59, tzinfo=east))

    assert text == "2016-09-08T06:45:59Z"


@pytest.mark.parametrize("text", ["2020-01-01T00:00:00", "2020-01-01", "now", ""])
def test_dates_without_zone_are_not_loaded(text: str) -> None:
    with pytest.raises(ConversionError, match="zone"):
        values.load_date(text)


@pytest.mark.parametrize(
    "wire",
    [
        {"$type": "date", "$date": "2020-01-01T00:00:00"},
        {"$type": "date"},
        {"$type": "ref", "$id": "bare"},
        {"$type": "ref", "$id": "/key"},
        {"$type": "geo", "$lng": 1},
        {"$type": "asset"},
        {"$type": "nope"},
        {"$type": 1},
    ],
)
def test_what_is_no_typed_value_is_not_loaded(wire: Any) -> None:
    with pytest.raises(ConversionError):
        values.load(wire)


def test_references_are_split_at_the_first_slash() -> None:
    wire: JSON = {"$type": "ref", "$id": "recorded_person/a/b/c"}

    record = received(Sample, {"reviewer": wire})

    assert values.load(wire) == RecordID("recorded_person", "a/b/c")
    assert record.reviewer == Person.ref("a/b/c")


def test_null_fields_are_absent_from_answers_and_none_on_the_record() -> None:
    record = received(Sample, {})

    assert (record.due, record.nickname, record.anything) == (None, None, None)


def test_naive_datetimes_are_refused_with_the_mend() -> None:
    sample = Sample(due=naive())

    with pytest.raises(ConversionError, match=r"Sample\.due: .*datetime\.now\(UTC\)"):
        sample.changes


def test_naive_datetimes_are_refused_in_queries() -> None:
    with pytest.raises(QueryError, match=r"no time zone"):
        Sample.query().filter(Sample.due < naive())


@pytest.mark.parametrize(
    "value",
    [
        datetime(2020, 1, 1, tzinfo=UTC),
        Person.ref("p1"),
        RecordID("person", "p1"),
        Location(1, 2),
        GeoJSON({"type": "Point"}),
        Asset("a"),
        Sequence(),
        Unknown(),
    ],
)
@pytest.mark.parametrize("depth", [1, 2])
def test_typed_values_inside_json_are_refused(value: Any, depth: int) -> None:
    sample = Sample(anything=[value] if depth == 1 else {"k": [value]})

    with pytest.raises(ConversionError, match=r"would destroy one inside a list"):
        sample.changes


@pytest.mark.parametrize(
    ("value", "path"),
    [
        ({"$type": "nope"}, "$"),
        ([1, {"$type": "date", "$date": "2020-01-01T00:00:00Z"}], "$[1]"),
        ({"a": [{"$type": 1}]}, "$.a[0]"),
    ],
)
def test_objects_with_a_type_key_are_refused_before_sending(
    value: Any, path: str
) -> None:
    sample = Sample(anything=value)

    with pytest.raises(
        ConversionError, match=r"Sample\.anything: .*'\$type'"
    ) as caught:
        sample.changes

    assert caught.value.path == path


def test_objects_with_a_type_key_are_refused_in_profiles_too() -> None:
    with pytest.raises(ConversionError, match=r"'\$type'"):
        values.dump({"birthday": {"$type": "nope"}})
