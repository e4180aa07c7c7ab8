"""Entities are made, saved and deleted."""

from __future__ import annotations

from typing import Any

import pytest

from skysyn import Request, Response
from skysyn.accsyn import (
    Acl,
    AnyJob,
    File,
    NewDelivery,
    NewTransfer,
    Queue,
    Task,
    TaskStatus,
    Transfer,
    Workspace,
)
from skysyn.errors import ConnectError, NotSaved, ProtocolError, QueryError
from skysyn.models import Origin
from tests.accsyn.stub import ENTITY, JOB, TASK, Stub, always


def test_a_save_sends_changed_attributes_only() -> None:
    stub = Stub(always({"result": [{"id": ENTITY, "name": "b"}]}))
    session = stub.typed()
    job = Transfer.__sky_make__(
        b'{"id":"66aa00000000000000000001","name":"a","progress":5,"metadata":{"a":1}}',
        Origin(session),
    )
    job.name = "b"
    assert job.metadata is not None
    job.metadata["a"] = 2

    job.save()

    assert stub.sent[0].data == {"name": "b", "metadata": {"a": 2}}
    assert stub.sent[0].id == ENTITY
    assert (job.name, job.progress, job.changes) == ("b", 5, {})


def test_what_is_unchanged_is_not_sent() -> None:
    stub = Stub()
    job = Transfer.query(stub.typed()).first()
    assert job is not None

    job.save()

    assert len(stub.sent) == 1


def test_a_new_entity_is_sent_whole_and_gets_its_id() -> None:
    stub = Stub()
    queue = Queue(name="rush", priority=950)

    stub.typed().save(queue).raise_for_failures()

    assert stub.sent[0].data == {"name": "rush", "priority": 950}
    assert (queue.id, queue.is_stored) == (ENTITY, True)


def test_the_same_object_twice_is_one_entity() -> None:
    stub = Stub()
    queue = Queue(name="rush")

    report = stub.typed().save(queue, queue)

    assert (report.saved, len(stub.sent)) == ([queue], 1)


def test_two_objects_of_one_entity_are_both_reported() -> None:
    stub = Stub()
    session = stub.typed()
    changed, same = (
        Transfer.__sky_make__(f'{{"id":"{ENTITY}"}}'.encode(), Origin(session))
        for _ in range(2)
    )
    changed.name = "b"

    report = session.save(changed, same)

    assert [id(one) for one in report.saved] == [id(same), id(changed)]


def test_tasks_of_a_job_are_saved_in_one_request() -> None:
    stub = Stub()
    session = stub.typed()
    rows = [f'{{"id":"{TASK[:-1]}{n}","status":"queued"}}'.encode() for n in range(3)]
    tasks = [Task.__sky_make__(row, Origin(session, JOB)) for row in rows]
    for task in tasks:
        task.status = TaskStatus.EXCLUDED

    report = session.save(*tasks)

    assert report.saved == tasks
    assert [(e.uri, e.id, len(e.data)) for e in stub.sent] == [("task/edit", JOB, 3)]


def test_a_task_knows_its_job_by_its_attribute() -> None:
    stub = Stub()
    task = Task.__sky_make__(
        f'{{"id":"{TASK}","job":"{JOB}"}}'.encode(), Origin(stub.typed())
    )
    task.priority = 7

    task.save()

    assert stub.sent[0].id == JOB


def test_a_task_without_its_job_is_not_saved() -> None:
    stub = Stub()
    task = Task.__sky_make__(f'{{"id":"{TASK}"}}'.encode(), Origin(stub.typed()))
    task.priority = 7

    with pytest.raises(QueryError, match="does not say its job"):
        task.save()


def test_one_refusal_does_not_hide_the_others() -> None:
    def refuse(_: str, data: Any) -> dict[str, Any] | None:
        return {"message": "code already exists"} if data == {"name": "b"} else None

    queues = [Queue(name="a"), Queue(name="b"), Queue(name="c")]

    report = Stub(refuse).typed().save(*queues)

    assert report.saved == [queues[0], queues[2]]
    assert [failure.record for failure in report.failed] == [queues[1]]


def test_a_lost_answer_leaves_the_fate_unknown() -> None:
    stub = Stub()
    session = stub.typed()
    job = Transfer.__sky_make__(f'{{"id":"{ENTITY}"}}'.encode(), Origin(session))
    job.name = "stub"
    session.log_in()
    lost = [ConnectError("cut")]

    def send(request: Request) -> Response:
        if lost:
            raise lost.pop()
        stub.instead = None
        try:
            return stub.send(request)
        finally:
            stub.instead = send

    stub.instead = send
    queue = Queue(name="new")

    report = session.save(job)
    job.name = "later"
    lost.append(ConnectError("cut"))
    fresh = session.save(queue)

    assert [f.record for f in report.unknown] == [job]
    assert report.resolve().saved == [job]
    assert job.changes == {"name": "later"}
    assert [f.record for f in fresh.resolve().unknown] == [queue]


def test_looking_without_an_answer_forgets_nothing_that_is_unknown() -> None:
    stub = Stub()
    session = stub.typed()
    job = Transfer.__sky_make__(f'{{"id":"{ENTITY}"}}'.encode(), Origin(session))
    job.name, queue = "stub", Queue(name="new")
    session.log_in()

    def lose(_: Request) -> Response:
        msg = "cut"
        raise ConnectError(msg)

    stub.instead = lose
    report = session.save(queue, job)
    with pytest.raises(ConnectError):
        report.resolve()

    assert [failure.record for failure in report.unknown] == [queue, job]
    stub.instead = None
    assert report.resolve().saved == [job]
    assert [failure.record for failure in report.unknown] == [queue]


@pytest.mark.parametrize("model", [Task, File, Acl, Workspace])
def test_what_is_deleted_otherwise_says_how(model: Any) -> None:
    stub = Stub()

    with pytest.raises(QueryError, match="does not delete"):
        stub.typed().delete(model.ref(TASK))
    assert stub.sent == []


BROKEN = [
    b'{"result": "\xff"}',
    b'{"result": 1e999}',
    b'{"result": [{"id": []}]}',
    b'{"result": [{"id": "\xff"}]}',
]


@pytest.mark.parametrize("body", BROKEN)
def test_what_became_of_tasks_is_unknown_if_the_answer_is_broken(body: bytes) -> None:
    stub = Stub(always(Response(200, {}, body)))
    task = Task.__sky_make__(f'{{"id":"{TASK}"}}'.encode(), Origin(stub.typed(), JOB))
    task.priority = 7

    report = stub.typed().save(task)

    assert [type(failure.error) for failure in report.unknown] == [ProtocolError]


@pytest.mark.parametrize("body", [BROKEN[0], BROKEN[1], BROKEN[3]])
def test_what_was_deleted_is_unknown_if_the_answer_is_broken(body: bytes) -> None:
    session = Stub(always(Response(200, {}, body))).typed()

    report = session.delete(Queue.ref(ENTITY))

    assert [type(failure.error) for failure in report.unknown] == [ProtocolError]


def test_deleting_forgets_the_id() -> None:
    stub = Stub()
    session = stub.typed()
    queue = Queue.query(session).first()
    assert queue is not None

    queue.delete()

    assert not queue.is_stored
    assert queue.ref_id != ENTITY
    with pytest.raises(NotSaved):
        session.delete(Queue.ref(ENTITY), queue)
    assert [e.method for e in stub.sent] == ["GET", "DELETE"]


def test_creating_answers_with_what_was_made() -> None:
    session = Stub().typed()

    assert session.create(NewDelivery(name="a")).name == "stub"
    assert len(session.create_all(NewTransfer(source="a"))) == 1


@pytest.mark.parametrize("result", [None, True, [], ["a"], "a"])
def test_creating_nothing_is_a_protocol_error(result: object) -> None:
    stub = Stub(always({"result": result}))

    with pytest.raises(ProtocolError):
        stub.typed().create(NewDelivery(name="a"))


def test_tasks_that_are_only_acknowledged_are_no_error() -> None:
    stub = Stub(always({"success": True}))

    assert stub.typed().add_tasks(AnyJob.ref(JOB), "a", allow_duplicates=False) == []
    assert stub.sent[0].data == {"tasks": ["a"], "allow_duplicates": False}
