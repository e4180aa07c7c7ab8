"""Which records travel together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from skysyn import Record
from skysyn.errors import ConversionError, QueryError

from .notes import Note, notes, rows_sent

if TYPE_CHECKING:
    from .service import Service


def test_records_travel_two_hundred_at_a_time(service: Service) -> None:
    report = service.connect().save(*notes(401))

    sizes = [len(body["records"]) for body in service.sent("record:save")]
    assert sizes == [200, 200, 1]
    assert [note.ref_id for note in report.saved] == [str(i) for i in range(401)]


def test_an_atomic_save_is_one_request(service: Service) -> None:
    report = service.connect().save(*notes(401), atomic=True)

    (body,) = service.sent("record:save")
    assert (len(body["records"]), body["atomic"]) == (401, True)
    assert report.is_complete


def stored_in(service: Service, database: str, key: str) -> Note:
    service.save({"records": [{"_id": f"note/{key}"}], "database_id": database})
    query = service.connect().query(Note).database(database)
    return query.filter(Note.id == key).one()


def test_each_database_has_its_own_requests(service: Service) -> None:
    mixed = [stored_in(service, "_private", "a"), stored_in(service, "u-7", "b")]
    for note in mixed:
        note.title = "new"

    report = service.connect().save(*mixed, Note().with_id("c"))

    found = [(b["database_id"], len(b["records"])) for b in service.sent("record:save")]
    assert found == [("_private", 1), ("u-7", 1), ("_public", 1)]
    assert report.is_complete


def test_an_atomic_save_over_two_databases_is_refused(service: Service) -> None:
    note = stored_in(service, "_private", "a")
    note.title = "new"

    with pytest.raises(QueryError, match=r"one database, .*\(_private, _public\)"):
        service.connect().save(note, Note(), atomic=True)
    assert rows_sent(service) == []


def test_a_record_of_a_private_session_goes_back_there(service: Service) -> None:
    service.save({"records": [{"_id": "note/k"}], "database_id": "_private"})
    session = service.connect()
    note = session.database("_private").get(Note, "k")

    note.title = "new"
    session.save(note).raise_for_failures()

    assert service.sent("record:save")[0]["database_id"] == "_private"
    assert service.databases["note/k"] == "_private"


def test_the_same_object_twice_travels_once(service: Service) -> None:
    note = Note(title="A").with_id("k")

    report = service.connect().save(note, note)

    assert (report.saved, len(rows_sent(service))) == ([note], 1)


def test_two_objects_of_one_record_travel_in_order(service: Service) -> None:
    first, second = Note(title="A").with_id("k"), Note(n=1).with_id("k")

    report = service.connect().save(first, second)

    assert len(report.saved) == 2
    assert (second.title, second.n) == ("A", 1)


def test_a_wrong_value_stops_the_save_before_anything_is_sent(service: Service) -> None:
    wrong = Note(title="x")
    setattr(wrong, "n", "5")  # noqa: B010  # a checker forbids it

    with pytest.raises(ConversionError, match=r"Note\.n: '5' is str, not int"):
        service.connect().save(*notes(300), wrong)
    assert rows_sent(service) == []


def test_a_record_of_another_service_is_refused(service: Service) -> None:
    class Foreign(Record):
        __family__ = "accsyn"

    with pytest.raises(QueryError, match="Foreign is a model of accsyn"):
        service.connect().save(Foreign())
    with pytest.raises(QueryError, match="Foreign is a model of accsyn"):
        service.connect().delete(Foreign.ref("k"))
    with pytest.raises(QueryError, match="Foreign is a model of accsyn"):
        service.connect().fetch(Foreign.ref("k"))
