"""The defects of the official client with data and dates (D24 to D38)."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from skysyn.errors import QueryError
from tests.accsyn.stub import USER, Stub, always

if TYPE_CHECKING:
    from pathlib import Path


def test_d24_naive_dates_have_the_offset_of_their_day(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TZ", "Europe/Stockholm")
    time.tzset()
    stub = Stub()
    summer = datetime(2026, 7, 1, 12)  # noqa: DTZ001  # in the local zone
    winter = datetime(2026, 1, 1, 12)  # noqa: DTZ001  # in the local zone

    stub.plain().create("Transfer", {"summer": summer, "winter": winter})

    monkeypatch.undo()
    time.tzset()
    assert stub.sent[0].data == {
        "summer": "2026-07-01T10:00:00",
        "winter": "2026-01-01T11:00:00",
    }


def test_d25_only_attributes_that_are_dates_become_dates() -> None:
    row = {
        "created": "2026-01-22T08:35:59.250",
        "finished": "9999-12-31T23:59:59",
        "modified": "2026-99-99T99:99:99",
        "description": "2026-99-99T99:99:99",
        "name": "2026-01-22T08:35:59",
        "list": [{"created": "2026-01-22T09:35:59+01:00"}, f"ObjectId:{USER}"],
    }
    session = Stub(always({"result": [row]})).plain()

    assert session.find("Transfer") == [
        {
            **row,
            "created": datetime(2026, 1, 22, 8, 35, 59, 250000, UTC),
            "finished": datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC),
            "list": [{"created": datetime(2026, 1, 22, 8, 35, 59, tzinfo=UTC)}, USER],
        }
    ]


def test_d26_milliseconds_are_sent() -> None:
    stub = Stub()

    stub.plain().create("Job", {"a": datetime(2026, 1, 1, 1, 1, 1, 250000, UTC)})

    assert stub.sent[0].data == {"a": "2026-01-01T01:01:01.250"}


def test_d37_what_the_caller_passes_is_left_alone() -> None:
    stub = Stub()
    job = {"tasks": ["a"]}
    files = [{"filename": "d", "size": 7, "files": [{"filename": "x", "size": None}]}]
    before = json.dumps([job, files])

    stub.plain().create("Job", job, allow_duplicates=True)
    stub.plain().prepublish(files)

    assert json.dumps([job, files]) == before
    assert stub.sent[1].data["files"][0]["files"][0]["size"] == 0


def test_d38_text_is_never_a_file(tmp_path: Path) -> None:
    file = tmp_path / "queue.json"
    file.write_text('{"name": "a"}')
    stub = Stub()

    with pytest.raises(QueryError, match="JSON"):
        stub.plain().create("Queue", str(file))
    stub.plain().create("Queue", file)
    assert [e.data for e in stub.sent] == [{"name": "a"}]
