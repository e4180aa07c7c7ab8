from __future__ import annotations

import json
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skysyn import (
    ACL,
    JSON,
    Field,
    Record,
    RecordID,
    Ref,
    Report,
    Sequence,
    SkygearSession,
    field,
)
from skysyn.errors import (
    Conflict,
    ConnectError,
    ConversionError,
    NotFound,
    NotSaved,
    PartialFailure,
    PermissionDenied,
    ProtocolError,
    QueryError,
    TransportError,
    Unavailable,
)
from skysyn.testing.faults import (
    Fault,
    FaultTransport,
    answer_status,
    refuse,
    reset_after_sending,
    reset_before_sending,
    truncate,
)

from .service import ABSENT, FORBIDDEN, Service


class User(Record):
    name: Field[str | None] = field(default=None)


class Note(Record):
    title: Field[str | None] = field(default=None)
    n: Field[int | None] = field(default=None)
    tags: Field[list[JSON] | None] = field(default=None, wire="labels")
    owner: Field[Ref[User] | None] = field(default=None)
    number: Field[int | Sequence | None] = field(default=None)


@pytest.fixture
def service() -> Service:
    return Service()


def faulty(service: Service, *faults: Fault | None) -> SkygearSession:
    return service.connect(FaultTransport(service.transport, faults))


def rows_sent(service: Service) -> list[Any]:
    return [row for b in service.sent("record:save") for row in b["records"]]


def fates(report: Report[Any]) -> dict[str, list[str]]:
    return {
        "saved": [note.ref_id for note in report.saved],
        "failed": [failure.record.ref_id for failure in report.failed],
        "unknown": [failure.record.ref_id for failure in report.unknown],
    }


def notes(count: int) -> list[Note]:
    return [Note(title=f"t{i}").with_id(str(i)) for i in range(count)]


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


# batches


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


# partial failure


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_every_record_is_in_exactly_one_list(data: st.DataObject) -> None:
    service = Service()
    count = data.draw(st.integers(0, 30))
    refused = data.draw(st.sets(st.integers(0, max(count - 1, 0))))
    service.faults = {f"note/{i}": FORBIDDEN for i in refused}
    objects = notes(count)
    data.draw(st.randoms()).shuffle(objects)
    fault = st.sampled_from(
        [None, refuse, reset_after_sending, reset_before_sending, truncate(20)]
    )
    session = faulty(service, *data.draw(st.lists(fault, max_size=3)))

    report = session.save(*objects, atomic=data.draw(st.booleans()))

    listed = [
        *report.saved,
        *(failure.record for failure in [*report.failed, *report.unknown]),
    ]
    assert sorted(map(id, listed)) == sorted(map(id, objects))
    assert all(note.is_stored for note in report.saved)
    assert not any(failure.record.is_stored for failure in report.failed)
    assert all(f"note/{note.ref_id}" in service.rows for note in report.saved)
    for failure in report.failed:
        assert f"note/{failure.record.ref_id}" not in service.rows


def test_each_failed_record_has_its_own_error(service: Service) -> None:
    service.faults = {"note/1": FORBIDDEN, "note/2": ABSENT}

    report = service.connect().save(*notes(4))

    assert fates(report) == {"saved": ["0", "3"], "failed": ["1", "2"], "unknown": []}
    errors = [failure.error for failure in report.failed]
    assert [type(error) for error in errors] == [PermissionDenied, NotFound]


def test_a_failed_record_is_as_it_was(service: Service) -> None:
    service.put("note/k", title="A", labels=["a"])
    session = service.connect()
    note = session.get(Note, "k")
    assert note.tags is not None
    note.tags.append("b")
    service.faults = {"note/k": FORBIDDEN}

    session.save(note)

    assert (note.title, note.tags) == ("A", ["a", "b"])
    assert note.changes == {"tags": ["a", "b"]}


def test_the_one_error_of_one_record_is_raised_as_it_is(service: Service) -> None:
    service.faults = {"note/k": FORBIDDEN}

    with service.connect(), pytest.raises(PermissionDenied):
        Note().with_id("k").save()


def test_several_failures_are_raised_as_one(service: Service) -> None:
    service.faults = {"note/1": FORBIDDEN, "note/2": FORBIDDEN}
    report = service.connect().save(*notes(3))

    text = r"1 saved, 2 failed, 0 unknown: note/1: .*102 PermissionDenied"
    with pytest.raises(PartialFailure, match=text) as caught:
        report.raise_for_failures()

    assert set(caught.value.info) == {"note/1", "note/2"}
    assert isinstance(caught.value.info["note/1"], PermissionDenied)


def test_an_atomic_failure_has_the_error_of_each_record(service: Service) -> None:
    service.faults = {"note/1": FORBIDDEN}

    report = service.connect().save(*notes(3), atomic=True)

    errors = {f.record.ref_id: type(f.error) for f in report.failed}
    assert errors == {"0": PartialFailure, "1": PermissionDenied, "2": PartialFailure}
    assert service.rows == {}


def test_an_atomic_batch_that_is_stored_is_reported_as_saved(service: Service) -> None:
    report = service.connect().save(*notes(3), atomic=True)

    assert fates(report) == {"saved": ["0", "1", "2"], "failed": [], "unknown": []}


# lost answers


@pytest.mark.parametrize(
    "fault",
    [
        reset_after_sending,
        reset_before_sending,
        truncate(30),
        answer_status(502, b"<html>Bad gateway</html>"),
        answer_status(200, b'{"result":[]}'),
    ],
)
def test_without_an_answer_the_fate_is_unknown(service: Service, fault: Fault) -> None:
    report = faulty(service, fault).save(*notes(2))

    assert fates(report) == {"saved": [], "failed": [], "unknown": ["0", "1"]}
    assert isinstance(report.unknown[0].error, TransportError | ProtocolError)
    with pytest.raises(PartialFailure, match="2 unknown"):
        report.raise_for_failures()


@pytest.mark.parametrize("code", [119, 122, 10000])
def test_an_error_of_the_server_itself_leaves_the_fate_unknown(
    service: Service, code: int
) -> None:
    error = {"error": {"code": code, "name": "", "message": ""}}
    fault = answer_status(500, json.dumps(error).encode())

    report = faulty(service, fault).save(Note())

    (failure,) = report.unknown
    assert isinstance(failure.error, Unavailable)


def test_what_was_never_sent_has_failed(service: Service) -> None:
    report = faulty(service, refuse).save(*notes(2))

    assert fates(report) == {"saved": [], "failed": ["0", "1"], "unknown": []}
    assert isinstance(report.failed[0].error, ConnectError)


def test_one_lost_answer_leaves_the_other_batches_alone(service: Service) -> None:
    report = faulty(service, None, reset_after_sending).save(*notes(401))

    found = {name: len(keys) for name, keys in fates(report).items()}
    assert found == {"saved": 201, "failed": 0, "unknown": 200}


def test_what_was_stored_is_found_to_be_saved(service: Service) -> None:
    note = Note(title="A", number=Sequence(), acl=ACL.public_read()).with_id("k")
    report = faulty(service, reset_after_sending).save(note)

    resolved = report.resolve()

    assert resolved is report
    assert fates(report) == {"saved": ["k"], "failed": [], "unknown": []}
    assert (note.is_stored, note.number, note.changes) == (True, 1, {})


def test_what_was_not_stored_is_found_to_have_failed(service: Service) -> None:
    report = faulty(service, reset_before_sending).save(*notes(2))

    report.resolve()

    assert fates(report) == {"saved": [], "failed": ["0", "1"], "unknown": []}
    assert isinstance(report.failed[0].error, NotFound)


def test_a_change_that_did_not_arrive_is_found_to_have_failed(service: Service) -> None:
    service.put("note/k", title="A", n=1)
    session = faulty(service, None, reset_before_sending)
    note = session.get(Note, "k")
    note.title = "B"
    report = session.save(note)

    report.resolve()

    (failure,) = report.failed
    assert isinstance(failure.error, Conflict)
    assert "title" in str(failure.error)
    assert note.changes == {"title": "B"}


def test_what_was_sent_is_looked_for_whatever_was_assigned_since(
    service: Service,
) -> None:
    note = Note(title="A").with_id("k")
    report = faulty(service, reset_after_sending).save(note)

    note.title = "later"
    report.resolve()

    assert report.saved == [note]
    assert note.changes == {"title": "later"}


def test_a_broken_row_is_found_to_have_failed(service: Service) -> None:
    note = Note(title="A").with_id("k")
    report = faulty(service, reset_after_sending).save(note)
    service.rows["note/k"]["title"] = 5

    report.resolve()

    assert isinstance(report.failed[0].error, Conflict)


def test_looking_without_an_answer_changes_nothing(service: Service) -> None:
    report = faulty(service, reset_after_sending, refuse).save(*notes(2))

    with pytest.raises(ConnectError):
        report.resolve()

    assert fates(report)["unknown"] == ["0", "1"]
    assert fates(report.resolve())["saved"] == ["0", "1"]


def test_a_complete_report_asks_nothing(service: Service) -> None:
    report = service.connect().save(Note())

    report.resolve().raise_for_failures()

    assert len(service.sent()) == 1


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


# deleting and reading again


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
