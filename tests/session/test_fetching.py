"""Records are read again, and fetched by their keys."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from skysyn import RecordID
from skysyn.errors import NotFound, NotSaved, QueryError, Unavailable

from .notes import Note, User, fates, notes

if TYPE_CHECKING:
    from .service import Service


def test_refresh_drops_what_was_changed(service: Service) -> None:
    session = service.connect()
    service.put("note/k", title="A")
    note = session.get(Note, "k")
    service.put("note/k", title="B", n=1)
    note.n = 5

    session.refresh(note)

    assert (note.title, note.n, note.changes) == ("B", 1, {})


def test_refresh_reads_the_others_though_one_is_gone(service: Service) -> None:
    session = service.connect()
    for key in "abc":
        service.put(f"note/{key}", title="A")
    found = [session.get(Note, key) for key in "abc"]
    for key in "abc":
        service.put(f"note/{key}", title="B")
    service.rows.pop("note/b")

    with pytest.raises(NotFound):
        session.refresh(*found)

    assert [note.title for note in found] == ["B", "A", "B"]


def test_what_is_not_stored_is_not_refreshed(service: Service) -> None:
    with pytest.raises(NotSaved, match="save it first"):
        service.connect().refresh(Note())


def test_many_are_fetched_in_order(service: Service) -> None:
    order = [str(i) for i in range(401)]
    random.Random(1).shuffle(order)
    for key in order:
        service.put(f"note/{key}", title=key)

    report = service.connect().fetch(*map(Note.ref, order))

    assert [note.title for note in report.found] == order
    assert [len(b["ids"]) for b in service.sent("record:fetch")] == [200, 200, 1]


def test_a_record_is_fetched_as_a_new_object(service: Service) -> None:
    service.put("note/a", title="old")
    session = service.connect()
    note = session.get(Note, "a")
    service.put("note/a", title="new")

    report = session.fetch(note, Note.ref("b"))

    assert [(one.title, one is note) for one in report.found] == [("new", False)]
    assert (note.title, report.failed[0].record) == ("old", Note.ref("b"))


def test_records_are_fetched_from_the_databases_they_came_from(
    service: Service,
) -> None:
    service.put("note/a")
    service.put("note/b")
    service.databases["note/b"] = "_private"
    session = service.connect()
    private = session.database("_private").get(Note, "b")

    report = session.fetch(private, Note.ref("a"), private)
    elsewhere = session.fetch(private, scope="_public")

    assert [note.ref_id for note in report.found] == ["b", "a", "b"]
    assert [failure.record for failure in elsewhere.failed] == [private]


def test_what_is_not_there_is_reported(service: Service) -> None:
    service.put("note/a")

    report = service.connect().fetch(Note.ref("a"), Note.ref("b"))

    assert (len(report.found), report.failed[0].record) == (1, Note.ref("b"))
    with pytest.raises(NotFound):
        report.raise_for_failures()


@pytest.mark.parametrize("key", ["", "note/k", RecordID("note", "")])
def test_a_key_that_is_none_is_refused(service: Service, key: str | RecordID) -> None:
    with pytest.raises(QueryError, match="key"):
        service.connect().get(Note, key)
    assert service.sent() == []


def test_a_key_may_look_like_an_id(service: Service) -> None:
    service.put("note/note/k", title="A")

    found = service.connect().get(Note, RecordID("note", "note/k"))

    assert found.title == "A"


def test_an_id_of_another_type_is_refused(service: Service) -> None:
    with pytest.raises(QueryError, match="user/k is no note"):
        service.connect().get(Note, RecordID("user", "k"))


def test_a_stale_reference_fails_its_record_alone(service: Service) -> None:
    message = 'pq: insert or update on table "note" violates foreign key constraint'
    service.faults = {
        "note/1": {"code": 10000, "name": "UnexpectedError", "message": message}
    }
    objects = notes(3)
    objects[1].owner = User.ref("gone")

    report = service.connect().save(*objects)

    assert fates(report)["failed"] == ["1"]
    assert isinstance(report.failed[0].error, Unavailable)
