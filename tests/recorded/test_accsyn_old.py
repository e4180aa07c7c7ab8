"""Logins and calls that clients 1.4.1 and 2.2.1 sent, said by us in API version 1."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import attrs
import pytest

from skysyn import Request, accsyn
from skysyn.accsyn import (
    AccsynSession,
    Queue,
    Server,
    Site,
    Task,
    User,
    Volume,
)
from skysyn.models import Origin
from tests.accsyn.stub import ENTITY, JOB, SERVER, TASK, VOLUME, Stub, read

from .recordings import VARIABLE, folder

if TYPE_CHECKING:
    from collections.abc import Callable

FILE = folder().parent / "accsyn" / "old_clients_requests.json"
VERSIONS = ("1.4.1-1", "2.2.1-0")

pytestmark = pytest.mark.skipif(
    not FILE.is_file(), reason=f"no recordings in {FILE}; {VARIABLE} names others"
)


def recorded(version: str, call: str) -> list[dict[str, Any]]:
    calls = json.loads(FILE.read_text())[version]["calls"]
    found: list[list[dict[str, Any]]] = [
        c["requests"] for c in calls if c["call"].startswith(call)
    ]
    return found[0]


def credentials(header: str) -> tuple[str, dict[str, str]]:
    """Return the kind and the parts of an Authorization header, secrets hidden."""
    kind, _, text = header.partition(" ")
    if not text.startswith("base64("):
        text = f"base64({base64.b64decode(text).decode()})"
    parts: dict[str, str] = json.loads(text[len("base64(") : -1])
    known = {"domain", "username"}
    return kind, {k: v if k in known else "<redacted>" for k, v in parts.items()}


def shape(request: Request) -> tuple[object, ...]:
    body: dict[str, Any] = json.loads(request.body)
    header = request.headers.get("Authorization")
    who = None if header is None else credentials(header)
    return request.method, urlsplit(request.url).path, _still(body), who


def recorded_shape(request: dict[str, Any]) -> tuple[object, ...]:
    header = request["headers"].get("Authorization")
    who = None if header is None else credentials(header)
    return request["method"], request["path"], _still(request["json"]), who


def _still(body: dict[str, Any]) -> dict[str, Any]:
    return {k: "…" if k.startswith("session") else v for k, v in body.items()}


def login(version_settings: dict[str, str], only: int) -> list[tuple[object, ...]]:
    stub = Stub()
    settings = {"hostname": None, "port": None, "version": "v1", **version_settings}
    stub.typed(**settings).log_in()
    return [shape(request) for request in stub.transport.requests[:only]]


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    ("call", "settings"),
    [
        ("Session(api_key=..", {"api_key": "K"}),
        ("Session(pwd=..", {"password": "p"}),
        ("Session(session_key=..", {"session_key": "S"}),
    ],
)
def test_logins_are_those_of_the_old_clients(
    version: str, call: str, settings: dict[str, str]
) -> None:
    sent = login(settings, 2)

    assert sent == [recorded_shape(r) for r in recorded(version, call)]


@pytest.mark.parametrize("version", VERSIONS)
def test_an_expired_session_logs_in_again_and_repeats_the_call(version: str) -> None:
    expired = [True]

    def once(uri: str, _: object) -> dict[str, Any] | None:
        if expired.pop() if expired else False:
            return {"message": "Session expired", "session_expired": True}
        return None

    stub = Stub(once)
    session = stub.typed(version="v1")

    session.query(accsyn.Job).all()

    calls = recorded(version, "session_expired once")
    paths = [(r.method, urlsplit(r.url).path) for r in stub.transport.requests[1:]]
    assert paths == [(r["method"], r["path"]) for r in calls]
    again = stub.transport.requests[2]
    assert _still(json.loads(again.body)) == _still(calls[1]["json"])
    first, second = stub.envelopes
    assert first["eid"] == second["eid"]


def _task(session: AccsynSession) -> object:
    task = Task.__sky_make__(f'{{"id":"{TASK}"}}'.encode(), Origin(session, JOB))
    task.status = accsyn.TaskStatus.EXCLUDED
    return task.save()


CALLS: dict[str, Callable[[AccsynSession], object]] = {
    'find("Job WHERE code': lambda s: s.event(
        "GET",
        "job/find",
        {"limit": 50, "skip": 100, "attributes": ["source"]},
        query='code="my transfer"',
    ),
    'find("Queue")': lambda s: s.query(Queue).all(),
    'find("Site")': lambda s: s.query(Site).all(),
    'find("Task WHERE job.id=..")': lambda s: s.query(Task).parent(JOB).all(),
    "update_many(": _task,
    'create("Task"': lambda s: s.add_tasks(accsyn.Job.ref(JOB), "a"),
    'create("job"': lambda s: s.event(
        "POST", "job/create", {"source": "a", "destination": "b"}
    ),
    'assign("Share","server"': lambda s: s.servers.assign(
        Volume.ref(VOLUME), Server.ref(SERVER)
    ),
    'offline_one("User", OID)': lambda s: s.deactivate(User.ref(ENTITY)),
    'get_setting("x")': lambda s: s.settings.get("x"),
    "integration": lambda s: s.workspace.integration("ftrack", "op", {"a": 1}),
    'delete_one("Job", OID)': lambda s: s.delete(accsyn.Job.ref(ENTITY)),
    'ls("share=p")': lambda s: s.files.ls("share=p"),
    "generate_session_key(60)": lambda s: s.generate_session_key(60),
    "gui_is_running()": lambda s: s.servers.is_app_running(),
}


@pytest.mark.parametrize("call", CALLS)
def test_calls_are_those_of_client_2_2_1(call: str) -> None:
    stub = Stub()

    CALLS[call](stub.typed(version="v1"))

    sent = [read(r["method"], r["path"], r["json"]) for r in recorded("2.2.1-0", call)]
    assert stub.sent == sent
    assert stub.envelopes[0]["domain"] == "acmefilm"


def test_one_user_is_oneself() -> None:
    stub = Stub()

    stub.plain(pwd="p").find_one("User")

    wanted = recorded("1.4.1-1", 'find_one("User")')[0]
    sent = read(wanted["method"], wanted["path"], wanted["json"])
    assert stub.sent == [attrs.evolve(sent, data={"limit": 1})]


def test_a_queue_is_a_job_of_type_2() -> None:
    stub = Stub()

    stub.typed(version="v1").save(Queue(code="high", priority=999))

    wanted = recorded("2.2.1-0", 'create("Queue"')[0]
    assert stub.sent == [read(wanted["method"], wanted["path"], wanted["json"])]
