"""Values with a `$type`, numbers and dates are read as the original reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from skysyn.dialects.skygear.literals import load, load_date
from skysyn.errors import InvalidRequest, RemoteError

if TYPE_CHECKING:
    from skysyn import JSON


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"$type": 1}, 'got "$type"\'s type = float64, want string'),
        ({"$type": "foo"}, "unknown $type = foo"),
        ({"$type": "blob"}, "unimplemented $type = blob"),
        ({"$type": "date"}, "missing compulsory field $date"),
        ({"$type": "date", "$date": 5}, "got type($date) = float64, want string"),
        ({"$type": "date", "$date": "no"}, 'failed to parse $date = "no"'),
        ({"$type": "ref"}, "referencing without $id"),
        (
            {"$type": "ref", "$id": "x"},
            'ref: "_id" should be of format \'{type}/{id}\', got "x"',
        ),
        ({"$type": "geo", "$lng": 1}, "missing compulsory field $lat"),
        (
            {"$type": "geo", "$lng": "1", "$lat": 2},
            "got type($lng) = string, want number",
        ),
        ({"$type": "geojson"}, "$val is not a map"),
        ({"$type": "asset"}, "missing compulsory field $name"),
        (
            {"$type": "asset", "$name": []},
            "got type($name) = []interface {}, want string",
        ),
        ({"$type": "asset", "$name": ""}, "asset's $name should not be empty"),
        ({"$type": "keypath"}, "empty key path"),
    ],
)
def test_values_that_mean_nothing_are_refused_as_recorded(
    value: JSON, message: str
) -> None:
    with pytest.raises(InvalidRequest) as caught:
        load(value)

    assert caught.value.message == message


@pytest.mark.parametrize("kind", ["relation", "record"])
def test_values_that_crash_the_original_are_refused(kind: str) -> None:
    with pytest.raises(RemoteError) as caught:
        load({"$type": kind})

    assert caught.value.code == 10000


def test_typed_values_in_json_become_what_the_original_makes_of_them() -> None:
    value: JSON = {
        "d": {"$type": "date", "$date": "2016-09-08T06:45:59Z"},
        "g": [{"$type": "geo", "$lng": 1, "$lat": 2}],
        "r": {"$type": "ref", "$id": "note/1"},
        "j": {"$type": "geojson", "$val": {"type": "Point"}},
        "a": {"$type": "asset", "$name": "x"},
        "k": {"$type": "keypath", "$val": "title"},
        "s": {"$type": "seq"},
        "n": 2.0,
        "t": "\ud800",
    }

    assert load(value) == {
        "d": "2016-09-08T06:45:59Z",
        "g": [[1, 2]],
        "r": {"ID": "note/1"},
        "j": {"type": "Point"},
        "a": {
            "Name": "x",
            "ContentType": "",
            "Size": 0,
            "Public": False,
            "Signer": None,
        },
        "k": "title",
        "s": {},
        "n": 2,
        "t": "\ufffd",
    }


def test_numbers_are_doubles() -> None:
    assert [load(n) for n in (9007199254740993, 2**63 - 1, 1e21, -0.0)] == [
        9007199254740992,
        9223372036854776000,
        1e21,
        0,
    ]
    with pytest.raises(InvalidRequest):
        load(10**400)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2016-09-08T06:45:59.123456789Z", "2016-09-08T06:45:59.123457+00:00"),
        ("2016-09-08T14:45:59+08:00", "2016-09-08T06:45:59+00:00"),
        ("2016-09-08T06:45:59", None),
        ("2016-09-08", None),
        ("2016-02-30T00:00:00Z", None),
        ("0001-01-01T00:00:00+08:00", None),
    ],
)
def test_dates_are_rounded_to_microseconds(text: str, found: str | None) -> None:
    at = load_date(text)

    assert (None if at is None else at.isoformat()) == found
