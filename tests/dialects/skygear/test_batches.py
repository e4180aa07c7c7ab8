"""Batches of records are read one by one, or refused whole."""

from __future__ import annotations

import json
from typing import Any

import pytest

from skysyn.dialects.skygear.batches import load_save
from skysyn.dialects.skygear.refusals import dump, refuse
from skysyn.errors import InvalidRequest, RemoteError
from skysyn.models import Entries

from .asking import ENDPOINT, asked, refused


@pytest.mark.parametrize(
    ("record", "message"),
    [
        ({}, "missing required fields"),
        ({"_id": 5}, "missing required fields"),
        (
            {"_id": "x"},
            'record: "_id" should be of format \'{type}/{id}\', got "x"',
        ),
        ({"_id": "t/1", "_access": {}}, "_access must be an array"),
        ({"_id": "t/1", "_access": ["public"]}, "invalid _access entry"),
        ({"_id": "t/1", "_access": [{"public": True}]}, "invalid _access entry"),
        ({"_id": "t/1", "_access": [{"level": "read"}]}, "invalid _access entry"),
    ],
)
def test_records_that_cannot_be_read_are_refused_one_by_one(
    record: dict[str, Any], message: str
) -> None:
    good: dict[str, Any] = {"_id": "t/2", "_foo": 1, "": 2, "a": 3}

    [one, other] = load_save({"records": [record, good]}).items

    assert isinstance(one, RemoteError)
    assert (one.message, getattr(other, "fields", None)) == (message, {"a": 3})


def test_an_atomic_save_with_an_unreadable_record_is_refused_whole() -> None:
    with pytest.raises(InvalidRequest) as caught:
        load_save({"records": [{"_id": "t/1"}, {}], "atomic": True})

    missing = dump(refuse(108, "missing required fields", arguments=["id"]))
    assert caught.value.info == {"arguments": "records", "errors": [missing]}


@pytest.mark.parametrize(
    ("action", "payload", "code"),
    [
        ("record:save", {}, 108),
        ("record:save", {"records": {}}, 107),
        ("record:save", {"records": ["x"]}, 107),
        ("record:save", {"records": [{"_id": "t/1", "ID": "x"}]}, 107),
        ("record:save", {"records": [{"_id": "t/1"}], "atomic": "true"}, 107),
        ("record:save", {"records": [{"_id": "t"}]}, 108),
        ("record:save", {"records": [{"_id": "t/1", "a": {"$type": "record"}}]}, 10000),
        ("record:fetch", {}, 108),
        ("record:fetch", {"ids": "t/1"}, 107),
        ("record:fetch", {"ids": [1]}, 107),
        # what is null is as good as empty
        ("record:save", {"records": [None], "atomic": True}, 108),
        ("record:fetch", {"ids": [None]}, 108),
        ("record:delete", {"ids": ["t/1", None]}, 108),
        ("record:fetch", {"ids": ["bare"]}, 108),
        ("record:delete", {"ids": ["bare"]}, 108),
    ],
)
def test_batches_that_mean_nothing_are_refused(
    action: str, payload: dict[str, Any], code: int
) -> None:
    assert refused(asked(action, **payload))[0] == code


def test_a_failed_record_without_an_id_has_none_in_its_entry() -> None:
    batch = load_save({"records": [{}, {"_id": "t/1"}]})
    error = batch.items[0]
    assert isinstance(error, RemoteError)

    response = ENDPOINT.render_batch(batch, Entries((error, b'{"_id":"t/1"}')))

    first, second = json.loads(response.body)["result"]
    assert (first, second) == ({"_type": "error", **dump(error)}, {"_id": "t/1"})
