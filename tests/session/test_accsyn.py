from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, cast

import pytest

from skysyn import Accsyn, AccsynSession, MockTransport, Request, Response, connect
from skysyn.accsyn import (
    Acl,
    AnyJob,
    Client,
    Collection,
    File,
    Home,
    JobStatus,
    NewDelivery,
    NewTransfer,
    Queue,
    Server,
    Task,
    TaskStatus,
    Transfer,
    User,
    Volume,
    Workspace,
)
from skysyn.errors import (
    ConnectError,
    ConversionError,
    NotFound,
    NotSaved,
    ProtocolError,
    QueryError,
    SessionExpired,
    TimedOut,
)
from skysyn.models import Delete, Origin, RecordID, Save
from skysyn.transport import Rate, RateLimitTransport
from tests.accsyn.stub import (
    ENTITY,
    JOB,
    ROW,
    TASK,
    USER,
    VOLUME,
    Stub,
    always,
    answer,
    first,
)
from tests.transport.virtual import VirtualTime

if TYPE_CHECKING:
    from collections.abc import Callable

EXPIRED = {"message": "Session expired", "session_expired": True}


def expiring(times: int) -> Stub:
    return Stub(first(*[EXPIRED] * times))


def test_the_session_logs_in_before_the_first_call() -> None:
    stub = Stub()
    session = stub.typed()

    assert stub.logins == 0
    Transfer.query(session).all()
    Transfer.query(session).all()
    assert stub.logins == 1
    assert {e["session"] for e in stub.envelopes} == {"session-1"}


def test_the_registry_is_asked_where_the_workspace_is() -> None:
    stub = Stub()
    session = stub.typed(hostname=None, port=None)

    Transfer.query(session).all()

    urls = [request.safe_url for request in stub.transport.requests]
    assert urls == [
        "https://master.accsyn.com/api/v3/J3PKTtDvolDMBtTy6AFGA",
        "https://acmefilm.accsyn.com/api/v3/api/login",
        "https://acmefilm.accsyn.com/api/v3/event",
    ]
    assert "Authorization" not in stub.transport.requests[0].headers


def test_an_expired_session_is_renewed_once_and_the_call_repeated() -> None:
    stub = expiring(1)

    Transfer.query(stub.typed()).all()

    assert stub.logins == 2
    first, second = stub.envelopes
    assert (first["session"], second["session"]) == ("session-1", "session-2")
    assert first["eid"] == second["eid"]


def test_a_session_that_expires_again_is_given_up() -> None:
    stub = expiring(2)

    with pytest.raises(SessionExpired):
        Transfer.query(stub.typed()).all()
    assert (stub.logins, len(stub.sent)) == (2, 2)


def test_a_bare_session_key_cannot_be_renewed() -> None:
    stub = expiring(1)

    with pytest.raises(SessionExpired):
        Transfer.query(stub.typed(session_key="S")).all()
    assert (stub.logins, len(stub.sent)) == (1, 1)


def test_threads_renew_an_expired_session_together() -> None:
    barrier, lock = threading.Barrier(8), threading.Lock()
    first: set[int] = set()

    def expire(_: str, __: object) -> dict[str, Any] | None:
        thread = threading.get_ident()
        with lock:
            is_first = thread not in first
            first.add(thread)
        if not is_first:
            return None
        barrier.wait(60)
        return EXPIRED

    stub = Stub(expire)
    session = stub.typed()
    session.log_in()
    threads = [
        threading.Thread(target=lambda: Transfer.query(session).all()) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (stub.logins, len(stub.sent)) == (2, 16)


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


MOVES = [
    (Home(name="a"), "create"),
    (AnyJob(name="a"), "create"),
    (Transfer(name="a"), "NewTransfer"),
    (Client(description="a"), "installers"),
]


@pytest.mark.parametrize(("new", "hint"), MOVES)
def test_what_is_made_elsewhere_says_where(new: Any, hint: str) -> None:
    stub = Stub()

    with pytest.raises(QueryError, match=hint):
        stub.typed().save(new)
    assert (stub.sent, stub.logins) == ([], 0)


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


BAD: list[Callable[[AccsynSession], object]] = [
    lambda s: s.get(Transfer, "short"),
    lambda s: s.get(Transfer, f"{ENTITY}\n"),
    lambda s: s.save(Queue(name="a"), atomic=True),
    lambda s: s.delete(Queue.ref(ENTITY), atomic=True),
    lambda s: s.save(Queue()),
    lambda s: s.add_tasks(AnyJob.ref(JOB)),
    lambda s: s.add_files(Collection.ref(JOB)),
    lambda s: s.remove_files(Collection.ref(JOB)),
    lambda s: s.activate(User, " "),
    lambda s: s.event("PATCH", "user/find"),
    lambda s: s.event("GET", "user/../find"),
    lambda s: s.call("user/find", {}),
    lambda s: s.files.ls(""),
    lambda s: s.files.ls(cast("str", None)),
    lambda s: s.add_files(Collection.ref(JOB), " "),
    lambda s: s.activate(User, cast("str", None)),
    lambda s: s.activate(User, "a\nb"),
    lambda s: s.save(cast("Queue", {"name": "a"})),
    lambda s: s.save(cast("Queue", Queue.ref(ENTITY))),
    lambda s: s.delete(cast("Queue", ENTITY)),
    lambda s: s.files.ls_each(),
    lambda s: s.files.exists("a\0"),
    lambda s: s.settings.set("a", cast("str", 1)),
    lambda s: s.settings.get(" "),
    lambda s: s.settings.get("a", of=cast("AnyJob", "job")),
    lambda s: s.workspace.report(Transfer),
    lambda s: s.workspace.integration("", "a", {"a": 1}),
    lambda s: s.access.grant("", Home.ref(ENTITY)),
    lambda s: s.access.grant(cast("str", 5), Home.ref(ENTITY)),
    lambda s: s.servers.assign(cast("Volume", VOLUME), Server.ref(ENTITY)),
    lambda s: s.deactivate(cast("User", None)),
    lambda s: s.deactivate(User.ref("short")),
    lambda s: s.access.grant("a'b\"c", Home.ref(ENTITY)),
    lambda s: s.execute(Save((), scope=None)),
    lambda s: s.execute(Delete((RecordID("user", ENTITY),) * 2)),
]


@pytest.mark.parametrize("ask", BAD)
def test_bad_input_is_refused_and_nothing_sent(ask: Any) -> None:
    stub = Stub()

    with pytest.raises((QueryError, ConversionError)):
        ask(stub.typed())
    assert stub.sent == []


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


def waiting(*statuses: str) -> Stub:
    rows = [{"id": ENTITY, "status": status} for status in statuses]
    return Stub(first(*({"result": [row]} for row in rows)))


def test_waiting_ends_when_the_job_does() -> None:
    time = VirtualTime()
    job = Transfer.query(waiting("waiting", "running", "running", "done").typed()).one()
    seen: list[JobStatus | None] = []

    job.wait(progress=lambda j: seen.append(j.status), clock=time.clock)

    assert seen == [JobStatus.RUNNING, JobStatus.RUNNING, JobStatus.DONE]
    assert time.sleeps == [1.0, 1.5]


def test_waiting_has_a_time_limit() -> None:
    time = VirtualTime()
    job = Transfer.query(waiting(*["running"] * 9).typed()).one()

    with pytest.raises(TimedOut, match="running"):
        job.wait({JobStatus.DONE}, timeout=4, clock=time.clock)
    assert sum(time.sleeps) == 4


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


def test_connecting_makes_an_accsyn_session(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACCSYN_PROXY", "socks5h:proxy.example:1080")

    session = connect(Accsyn("acmefilm", username="a", api_key="K"))

    route = session.transport.explain_route("https://acmefilm.accsyn.com")
    assert isinstance(session, AccsynSession)
    assert str(route.proxy) == "socks5h://proxy.example:1080"


@pytest.mark.parametrize("rate", [None, Rate(5, burst=2)])
def test_the_rate_is_the_services_or_ones_own(rate: Rate | None) -> None:
    session = connect(Accsyn("acmefilm", username="a", api_key="K"), rate=rate)

    found: Any = session.transport
    while not isinstance(found, RateLimitTransport):
        found = found.inner
    assert vars(found)["_rate"] == (rate or Rate(30, burst=60))


def test_a_session_is_current_in_its_block() -> None:
    stub = Stub()

    with stub.typed():
        Transfer.query().all()

    assert len(stub.sent) == 1


@pytest.mark.parametrize(
    "body",
    [
        {"result": {"id": USER}},
        {"result": None},
        {},
        {"result": {"session_id": "s"}},
    ],
)
def test_a_login_without_a_session_is_a_protocol_error(body: object) -> None:
    transport = MockTransport(lambda _: answer(body))
    dialect = Accsyn("acmefilm", username="a", api_key="K", hostname="localhost")

    with pytest.raises(ProtocolError, match="session"):
        AccsynSession(dialect, transport).log_in()


@pytest.mark.parametrize(
    "body",
    [{"result": {}}, {}, {"result": {"hostname": "evil/path"}}, {"result": "x"}],
)
def test_a_registry_without_a_server_is_a_protocol_error(body: object) -> None:
    transport = MockTransport(lambda _: answer(body))

    with pytest.raises(ProtocolError, match="registry"):
        AccsynSession(Accsyn("acmefilm", username="a", api_key="K"), transport).log_in()


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
