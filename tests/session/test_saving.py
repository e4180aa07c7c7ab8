"""What of a record travels, and what its answer changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from skysyn import ACL, Field, Record, Report, Sequence, field
from skysyn.errors import Conflict, ConversionError, QueryError

from .notes import Note, User, rows_sent

if TYPE_CHECKING:
    from .service import Service


# what travels


def test_a_new_record_travels_whole_without_its_nones(service: Service) -> None:
    note = Note(title="A", n=0, tags=[]).with_id("k")

    service.connect().save(note)

    assert rows_sent(service) == [{"_id": "note/k", "title": "A", "n": 0, "labels": []}]


def test_a_new_record_without_values_travels(service: Service) -> None:
    service.connect().save(Note().with_id("k"))

    assert rows_sent(service) == [{"_id": "note/k"}]


def test_of_a_stored_record_travels_what_changed(service: Service) -> None:
    service.put("note/k", title="A", n=1, labels=["a"])
    session = service.connect()
    note = session.get(Note, "k")
    assert note.tags is not None

    note.tags.append("b")
    session.save(note)

    assert rows_sent(service) == [{"_id": "note/k", "labels": ["a", "b"]}]


def test_none_on_a_stored_record_clears_the_field(service: Service) -> None:
    service.put("note/k", title="A", n=1)
    session = service.connect()
    note = session.get(Note, "k")

    note.title = None
    session.save(note)

    assert rows_sent(service) == [{"_id": "note/k", "title": None}]
    assert (note.title, note.n) == (None, 1)


def test_a_field_that_is_not_loaded_is_left_alone(service: Service) -> None:
    service.put("note/k", title="A", n=1)
    note = service.connect().query(Note).only(Note.title).one()

    note.title = "B"
    note.save()

    assert rows_sent(service) == [{"_id": "note/k", "title": "B"}]
    assert note.n == 1


def test_an_unchanged_record_is_not_sent(service: Service) -> None:
    service.put("note/k", title="A")
    session = service.connect()
    note = session.get(Note, "k")

    report = session.save(note)

    assert (report.saved, rows_sent(service)) == ([note], [])


def test_nothing_to_save_sends_nothing(service: Service) -> None:
    report: Report[Note] = service.connect().save()

    assert (report, service.sent()) == (Report[Note](), [])


def test_fields_that_are_not_declared_stay(service: Service) -> None:
    service.put("note/k", title="A", other={"a": 1})
    session = service.connect()
    note = session.get(Note, "k")

    note.title = "B"
    session.save(note)

    assert service.rows["note/k"]["other"] == {"a": 1}
    assert note.extra == {"other": {"a": 1}}


def test_the_answer_updates_the_object(service: Service) -> None:
    note = Note(title="A", number=Sequence()).with_id("k")

    service.connect().save(note)

    assert (note.number, note.owner_id, note.created_at) == (1, "u-1", note.updated_at)
    assert note.changes == {}


@pytest.mark.parametrize("acl", [ACL.owner_only(), ACL.public_read()])
def test_a_list_of_a_new_record_travels(service: Service, acl: ACL) -> None:
    note = Note(acl=acl).with_id("k")

    service.connect().save(note)

    assert len(rows_sent(service)[0]["_access"]) == len(acl)
    assert note.acl == acl


def test_a_list_put_on_a_stored_record_travels_alone(service: Service) -> None:
    service.put("note/k", title="A")
    note = service.connect().get(Note, "k")

    note.acl = ACL.owner_only()
    note.save()

    assert rows_sent(service) == [{"_id": "note/k", "_access": []}]


def test_a_list_cannot_be_taken_off_again(service: Service) -> None:
    service.put("note/k", _access=[])
    note = service.connect().get(Note, "k")

    note.acl = None

    with pytest.raises(ConversionError, match=r"Note\.acl of k .*ACL\.owner_only\(\)"):
        note.save()
    assert rows_sent(service) == []


def test_references_travel_as_ids(service: Service) -> None:
    user = User(name="Ann").with_id("a/b ü")

    service.connect().save(Note(owner=user).with_id("k"))

    ref = {"$type": "ref", "$id": "user/a/b ü"}
    assert rows_sent(service) == [{"_id": "note/k", "owner": ref}]


# schema conflicts


def test_a_conflict_names_the_field_and_both_types(service: Service) -> None:
    service.put("note/old", n="text")

    report = service.connect().save(Note(title="A", n=1).with_id("k"))

    (failure,) = report.failed
    assert isinstance(failure.error, Conflict)
    assert failure.error.code == 114
    assert "note.n: server has string, you sent number" in str(failure.error)


def test_a_conflict_is_guessed_where_the_schema_is_hidden(service: Service) -> None:
    service.put("note/old", n="text")
    service.hides_schema = True

    report = service.connect().save(Note(title="A", n=1).with_id("k"))

    text = str(report.failed[0].error)
    assert "note.n: server has string, you sent number" in text


# what is no record


@pytest.mark.parametrize("wrong", [[Note()], {"title": "x"}, "note/k", Note.ref("k")])
def test_only_records_are_saved_and_refreshed(service: Service, wrong: Any) -> None:
    session = service.connect()

    for act in (session.save, session.refresh):
        with pytest.raises(QueryError, match="is no record: pass each record"):
            act(wrong)
    assert service.sent() == []


@pytest.mark.parametrize("wrong", [[Note()], {"title": "x"}, "note/k"])
def test_only_records_and_references_are_deleted_and_fetched(
    service: Service, wrong: Any
) -> None:
    session = service.connect()

    for act in (session.delete, session.fetch):
        with pytest.raises(QueryError, match="is no record or reference"):
            act(wrong)
    assert service.sent() == []


def test_an_abstract_model_has_no_records(service: Service) -> None:
    class Marked(Record, abstract=True):
        mark: Field[str | None] = field(default=None)

    session = service.connect()

    for act in (
        lambda: session.save(Marked()),
        lambda: session.get(Marked, "k"),
        lambda: session.query(Marked).all(),
        lambda: session.query(Record).count(),
    ):
        with pytest.raises(QueryError, match="is abstract"):
            act()
    assert service.sent() == []
