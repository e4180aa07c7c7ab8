"""Records are deleted as they are saved."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from skysyn.errors import NotFound, NotSaved
from skysyn.testing.faults import reset_after_sending, reset_before_sending

from .notes import Note, faulty

if TYPE_CHECKING:
    from .service import Service


def test_a_deleted_record_is_a_new_one_with_its_values(service: Service) -> None:
    session = service.connect()
    service.put("note/k", title="A", labels=["a"])
    note = session.get(Note, "k")

    session.delete(note).raise_for_failures()

    assert (service.rows, note.is_stored) == ({}, False)
    assert (note.ref_id, note.title, note.tags) == ("k", "A", ["a"])
    session.save(note).raise_for_failures()
    assert service.rows["note/k"]["title"] == "A"


def test_records_are_deleted_by_reference(service: Service) -> None:
    service.put("note/a/b", title="A")

    report = service.connect().delete(Note.ref("a/b"), Note.ref("none"))

    assert report.saved == [Note.ref("a/b")]
    assert isinstance(report.failed[0].error, NotFound)
    assert service.sent("record:delete")[0]["ids"] == ["note/a/b", "note/none"]


def test_what_is_not_stored_is_not_deleted(service: Service) -> None:
    with pytest.raises(NotSaved, match="nothing to delete"):
        service.connect().delete(Note())


def test_the_same_object_twice_is_deleted_once(service: Service) -> None:
    service.put("note/k")
    session = service.connect()
    note = session.get(Note, "k")

    report = session.delete(note, note)

    assert (report.saved, report.failed) == ([note], [])


def test_a_delete_without_an_answer_is_found_out(service: Service) -> None:
    service.put("note/a")
    service.put("note/b")
    done = faulty(service, reset_after_sending).delete(Note.ref("a"))
    lost = faulty(service, reset_before_sending).delete(Note.ref("b"))

    done.resolve()
    lost.resolve()

    assert done.saved == [Note.ref("a")]
    assert [failure.record for failure in lost.failed] == [Note.ref("b")]


def test_an_atomic_delete_is_all_or_nothing(service: Service) -> None:
    service.put("note/a")

    report = service.connect().delete(Note.ref("a"), Note.ref("b"), atomic=True)

    assert len(report.failed) == 2
    assert "note/a" in service.rows
