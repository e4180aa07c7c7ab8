"""A stub of the accsyn service: answers each event, and keeps what was sent."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import unquote, urlsplit

import attrs

from skysyn import Accsyn, AccsynSession, MockTransport, Request, Response
from skysyn.accsyn import Session
from skysyn.dialects.accsyn.events import decompress
from skysyn.dialects.accsyn.parsing import load
from skysyn.errors import QueryError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

JOB = "66aa0000000000000000000b"
ENTITY = "66aa00000000000000000001"
USER = "66aa0000000000000000000a"
VOLUME = "66aa0000000000000000000c"
SERVER = "66aa0000000000000000000d"
ACL = "66aa0000000000000000000e"
TASK = "0f9d1c52-4a55-4f0b-9a4e-6a8b0a2c1d11"

ROW = {
    "id": ENTITY,
    "code": "stub",
    "name": "stub",
    "status": "waiting",
    "created": "2026-01-22T08:35:59",
    "modified": "2026-01-22T08:35:59.123",
}
TRUE = {"result": True}
ACCESS = {
    "id": ACL,
    "entity": f"user:{USER}",
    "target": f"share:{VOLUME}",
    "read": True,
    "write": False,
    "path": "/",
}
ANSWERS: dict[str, Any] = {
    "entitytypes": {"result": ["user", "workspace"]},
    "attributes": {"result": ["id", "code"]},
    "report": {"report": "stub report"},
    "metrics": {"result": {"speed": [1.0]}},
    "share/server": TRUE,
    "volume/server": TRUE,
    "volume/servers": {"result": [{"client": SERVER, "main": True}]},
    "delete": TRUE,
    "deactivate": TRUE,
    "activate": TRUE,
    "job/recipient/add": TRUE,
    "job/recipient": TRUE,
    "job/recipients": {"result": [{"actioned": False, "user": USER, "user_hr": "l@x"}]},
    "acl/find": {"result": [ACCESS]},
    "acl/create": {"result": [ACCESS]},
    "collection/file/remove": TRUE,
    "workspace/publish/preprocess": {"result": {"files": []}},
    "workspace/integration/ftrack/utility": {"result": {"ok": True}},
    "log/find": {"result": [{"date": "2026-01-22T08:35:59"}], "total": 1},
    "user/api_key": {"api_key": "stub-key"},
    "client/find": {"result": [{**ROW, "status": "online"}]},
    "user/generate_session_key": {"session_key": "stub-generated-key"},
}
FILE_ANSWERS: dict[str, Any] = {
    "ls": {"result": [{"type": 1, "filename": "a.mov", "size": 10, "modified": None}]},
    "getsize": {"result": 10},
}


@attrs.frozen
class Sent:
    """What counts of an event: dynamic values are left out."""

    method: str
    path: str
    uri: str
    data: Any = None
    id: str | None = None
    query: Any = None


def read(method: str, path: str, document: Mapping[str, Any]) -> Sent:
    """Return what counts of an envelope, with the query as a predicate."""
    data = document.get("data")
    if "gz_data" in document and not document["gz_data"].startswith("<"):
        data = decompress(document["gz_data"])
    return Sent(
        method,
        path,
        document["uri"].lower(),
        data,
        document.get("id"),
        canonical(document.get("query")),
    )


def canonical(text: str | None) -> Any:
    """Return query text as a predicate, in one case."""
    if text is None:
        return None
    statement, _, expression = text.lower().rpartition("acl where ")
    try:
        return statement, load(expression)
    except QueryError:
        return text.lower()


Answerer: TypeAlias = "Callable[[str, Any], dict[str, Any] | Response | None]"


def always(body: Any) -> Answerer:
    """Return what answers every event by *body*."""

    def say(_: str, __: object) -> Any:
        return body

    return say


def first(*bodies: Any) -> Answerer:
    """Return what answers the first events by *bodies*, and leaves the others."""
    left = list(bodies)

    def say(_: str, __: object) -> Any:
        return left.pop(0) if left else None

    return say


class Stub:
    """Answers requests by their uri, or by *answer* where it returns something.

    `instead` answers requests before anything else is looked at.
    """

    def __init__(self, answer: Answerer | None = None) -> None:
        self.transport = MockTransport(self.send)
        self.envelopes: list[dict[str, Any]] = []
        self.sent: list[Sent] = []
        self.logins = 0
        self.instead: Callable[[Request], Response] | None = None
        self._answer = answer

    def typed(self, **settings: Any) -> AccsynSession:
        return AccsynSession(_settings(settings), self.transport)

    def plain(self, **settings: Any) -> Session:
        defaults = {"workspace": "acmefilm", "username": "john@user.com"}
        if not {"pwd", "session_key"} & set(settings):
            defaults["api_key"] = "K"
        host = {"hostname": "127.0.0.1", "port": 8181, "transport": self.transport}
        given: dict[str, Any] = {**defaults, **host, **settings}
        return Session(**given)

    def send(self, request: Request) -> Response:
        if self.instead is not None:
            return self.instead(request)
        parts = urlsplit(request.url)
        text = unquote(parts.query) if parts.query else request.body
        document: dict[str, Any] = json.loads(text)
        if "uri" not in document:
            return self._log_in(parts.path, document)
        self.envelopes.append(document)
        event = read(request.method, parts.path, document)
        self.sent.append(event)
        found = self._answer(event.uri, event.data) if self._answer else None
        if isinstance(found, Response):
            return found
        return answer(_usual(event) if found is None else found)

    def _log_in(self, path: str, document: dict[str, Any]) -> Response:
        if "organization" in document:
            return answer({"domain": "acmefilm"})
        if "ident" in document:
            return answer({"result": {"hostname": "acmefilm.accsyn.com", "port": 443}})
        self.logins += 1
        if path.startswith("/api/v1"):
            return answer({"id": USER, "clearance": "admin", "session_key": "SK"})
        who = {"id": USER, "role": "admin", "session_id": f"session-{self.logins}"}
        return answer({"result": who})


def _settings(settings: dict[str, Any]) -> Accsyn:
    usual = {"workspace": "acmefilm", "username": "john@user.com", "machine": "vm"}
    if not {"password", "session_key"} & set(settings):
        usual["api_key"] = "K"
    host = {"hostname": "127.0.0.1", "port": 8181}
    found: dict[str, Any] = {**usual, **host, **settings}
    return Accsyn(**found)


def _usual(event: Sent) -> dict[str, Any]:
    operation = event.uri.rpartition("/")[2]
    if event.uri == "setting":
        return TRUE if "name" in event.data else {"result": {"stub_setting": "1"}}
    if operation == "file":
        listed: dict[str, Any] = FILE_ANSWERS.get(event.data["op"], TRUE)
        return listed
    for key in (event.uri, operation):
        if key in ANSWERS:
            found: dict[str, Any] = ANSWERS[key]
            return found
    if event.uri == "share/edit":
        return TRUE
    if event.uri in {"task/edit", "job/task/edit"}:
        return {"result": event.data}
    return {"result": [ROW]}


def answer(body: Any, status: int = 200) -> Response:
    return Response(
        status, {"Content-Type": "application/json"}, json.dumps(body).encode()
    )
