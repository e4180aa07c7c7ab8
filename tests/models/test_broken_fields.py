"""What is no value of its field is an error when it is read."""

from __future__ import annotations

from typing import Any

import pytest

from skysyn.errors import ConversionError
from skysyn.models import Origin

from .tasks import Task, loaded


@pytest.mark.parametrize("wire", [b"null", b"[]", b"{}", b'{"_id":5}', b'{"_id":"x"}'])
def test_a_record_without_id_is_a_conversion_error(wire: bytes) -> None:
    task = Task.__sky_make__(wire, Origin(None))

    with pytest.raises(ConversionError, match="Task"):
        _ = task.ref_id
    with pytest.raises(ConversionError, match="Task"):
        _ = task.id
    with pytest.raises(ConversionError, match="Task"):
        _ = Task.__sky_make__(b"null", Origin(None)).extra


BROKEN: dict[str, Any] = {
    "title": 5,
    "n": "x",
    "done": "yes",
    "due": {"$type": "date", "$date": "yesterday"},
    "tags": ["a", 2],
    "colour": 5,
    "place": {"$type": "geo", "$lng": "x"},
    "settings": {"dark": "x"},
    "spot": {"x": 1},
    "reviewer": {"$type": "ref", "$id": "note/k"},
    "views": 1.5,
    "_created_at": 5,
    "_access": {"a": 1},
}
NAMES = {"_created_at": "created_at", "_access": "acl"}


@pytest.mark.parametrize("wire", BROKEN)
def test_a_broken_field_is_an_error_only_when_it_is_read(wire: str) -> None:
    name = NAMES.get(wire, wire)
    task = loaded(**{wire: BROKEN[wire]})

    others = {f: getattr(task, f) for f in Task.__sky_fields__ if f not in {name, "id"}}

    with pytest.raises(ConversionError, match=rf"Task\.{name} of task/k: ") as caught:
        getattr(task, name)
    found = caught.value
    assert (found.model, found.field, found.record) == ("Task", name, "task/k")
    assert found.path.startswith("$")
    assert others["owner_id"] == "u-1"


def test_the_path_leads_into_the_value() -> None:
    task = loaded(tags=["a", 2])

    with pytest.raises(ConversionError) as caught:
        _ = task.tags

    assert caught.value.path.endswith("[1]")


@pytest.mark.parametrize(
    "text", ["0001-01-01T00:00:00+08:00", "9999-12-31T23:59:59-08:00"]
)
def test_a_date_outside_the_calendar_is_a_broken_field(text: str) -> None:
    task = loaded(due={"$type": "date", "$date": text}, n=4)

    assert task.n == 4
    with pytest.raises(ConversionError, match=r"Task\.due of task/k"):
        _ = task.due


def test_a_broken_field_can_be_assigned_and_saved() -> None:
    task = loaded(n="x")

    task.n = 4

    assert task.changes == {"n": 4}


def test_a_value_assigned_before_the_first_read_is_kept() -> None:
    task = loaded(n=3)

    task.title = "B"

    assert (task.n, task.title, task.changes) == (3, "B", {"title": "B"})
