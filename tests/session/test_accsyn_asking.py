"""Entities, folders and access are asked for."""

from __future__ import annotations

from typing import Any

import pytest

from skysyn.accsyn import Home, Task, Transfer
from skysyn.errors import NotFound
from tests.accsyn.stub import ENTITY, JOB, ROW, TASK, USER, Stub, always


def test_several_are_fetched_one_by_one() -> None:
    stub = Stub()

    report = stub.typed().fetch(Transfer.ref(ENTITY), Transfer.ref(JOB))

    assert [(e.uri, e.id) for e in stub.sent] == [
        ("transfer/find", ENTITY),
        ("transfer/find", JOB),
    ]
    assert len(report.found) == 2


def test_references_load_what_they_refer_to() -> None:
    stub = Stub(always({"result": [{**ROW, "user": USER}]}))
    job = Transfer.query(stub.typed()).first()
    assert job is not None
    assert job.user is not None

    job.user.load()

    assert (stub.sent[1].uri, stub.sent[1].id) == ("user/find", USER)


def test_a_task_is_refreshed_below_its_job() -> None:
    stub = Stub(always({"result": [{"id": TASK}]}))
    task = Task.query(stub.typed()).parent(JOB).first()
    assert task is not None

    task.refresh()

    assert stub.sent[1].data == {"parent": JOB}
    assert stub.envelopes[1]["query"] == f"id={TASK}"


def test_walking_reads_folder_by_folder() -> None:
    tree: dict[str, list[dict[str, Any]]] = {
        "share=p": [{"filename": "in", "type": 0}, {"filename": "a", "type": 1}],
        "share=p/in": [{"filename": "deep", "type": 0}],
        "share=p/in/deep": [],
    }
    stub = Stub(lambda _, data: {"result": tree[data["path"]]})
    files = stub.typed().files

    found = [(str(place), len(entries)) for place, entries in files.walk("share=p")]
    shallow = [str(place) for place, _ in files.walk("share=p", maxdepth=2)]

    assert found == [("share=p", 2), ("share=p/in", 1), ("share=p/in/deep", 0)]
    assert shallow == ["share=p", "share=p/in"]


def test_listings_are_typed() -> None:
    row = {"type": 0, "filename": "IN", "size": 0, "modified": "2026-07-01T10:00:00"}
    below = [{"type": 1, "filename": "a.mov", "size": 5, "modified": None}]
    stub = Stub(always({"result": [{**row, "files": below}]}))

    (folder,) = stub.typed().files.ls("share=p")

    assert (folder.is_dir, folder.files[0].filename) == (True, "a.mov")
    assert folder.modified is not None


def test_several_folders_are_listed_in_one_request() -> None:
    rows: list[dict[str, Any]] = [
        {"path": "share=a", "result": []},
        {"path": "share=b", "result": []},
    ]
    stub = Stub(always({"result": rows}))

    found = stub.typed().files.ls_each("share=a", "share=b")

    assert found == {"share=a": [], "share=b": []}
    assert stub.sent[0].data["path"] == ["share=a", "share=b"]


def test_an_unknown_user_is_not_revoked() -> None:
    stub = Stub(always({"result": []}))

    with pytest.raises(NotFound):
        stub.typed().access.revoke("new@example.com", Home.ref(ENTITY))
