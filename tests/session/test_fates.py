"""What became of each record, told and found out."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skysyn import ACL, Sequence
from skysyn.errors import (
    Conflict,
    ConnectError,
    NotFound,
    PartialFailure,
    PermissionDenied,
    ProtocolError,
    TransportError,
    Unavailable,
)
from skysyn.testing.faults import (
    Fault,
    answer_status,
    refuse,
    reset_after_sending,
    reset_before_sending,
    truncate,
)

from .notes import Note, fates, faulty, notes
from .service import ABSENT, FORBIDDEN, Service

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


@pytest.mark.parametrize("value", [None, "A", "later"])
def test_looking_keeps_what_was_assigned_since(
    service: Service, value: str | None
) -> None:
    service.put("note/k", title="A")
    session = faulty(service, None, reset_after_sending)
    note = session.get(Note, "k")
    note.title = "B"
    report = session.save(note)

    note.title = value
    report.resolve()

    assert report.saved == [note]
    assert note.changes == {"title": value}


def test_looking_keeps_what_was_changed_inside_a_list_since(service: Service) -> None:
    note = Note(tags=["a"]).with_id("k")
    report = faulty(service, reset_after_sending).save(note)

    assert note.tags is not None
    note.tags.append("b")
    report.resolve()

    assert report.saved == [note]
    assert note.changes == {"tags": ["a", "b"]}


def test_looking_keeps_what_was_assigned_after_reading_again(
    service: Service,
) -> None:
    service.put("note/k", title="A")
    session = faulty(service, None, reset_after_sending)
    note = session.get(Note, "k")
    note.title = "B"
    report = session.save(note)

    note.refresh()
    assert (note.title, note.n) == ("B", None)
    note.n = 5
    report.resolve()

    assert (report.saved, note.changes) == ([note], {"n": 5})


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
