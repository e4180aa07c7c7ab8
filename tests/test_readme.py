"""The README's example runs against a server, and its commands are those of CI."""

from __future__ import annotations

import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import pytest

from .accsyn.stub import Stub

if TYPE_CHECKING:
    from collections.abc import Iterator

    from skysyn import Accsyn, AccsynSession

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
USER = {
    "user_id": "u1",
    "access_token": "t1",
    "profile": {"_id": "user/u1", "_type": "record", "_access": None},
}
LATE = {
    "_id": "task/t1",
    "_type": "record",
    "_access": None,
    "description": "Grade",
    "done": False,
    "due": {"$type": "date", "$date": "2020-01-01T00:00:00Z"},
}


class Service(BaseHTTPRequestHandler):
    """Answers what the README's example asks, and keeps what was sent."""

    bodies: ClassVar[list[dict[str, Any]]] = []

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        body = json.loads(self.rfile.read(length))
        self.bodies.append(body)
        saved = [{**LATE, **row} for row in body.get("records", [])]
        results = {"auth:login": USER, "record:query": [LATE], "record:save": saved}
        answer = json.dumps({"result": results[body["action"]]}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *_: object) -> None:  # noqa: A002  # its name
        """Say nothing."""


@pytest.fixture
def endpoint() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Service) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def test_example_saves_only_what_changed(endpoint: str) -> None:
    source, _ = blocks("python")
    names: dict[str, Any] = {}

    exec(source.replace("https://app.example.com", endpoint), names)
    names["finish_late_tasks"]()

    assert [body["action"] for body in Service.bodies] == [
        "auth:login",
        "record:query",
        "record:save",
    ]
    assert Service.bodies[-1]["records"] == [{"_id": "task/t1", "done": True}]


def test_accsyn_example_sends_the_status_alone() -> None:
    _, source = blocks("python")
    stub = Stub()
    names: dict[str, Any] = {}

    exec(source, names)

    def connect(_: Accsyn, **_options: object) -> AccsynSession:
        return stub.typed()

    names["connect"] = connect
    names["abort_my_transfer"]()

    assert (stub.sent[-1].method, stub.sent[-1].data) == ("PUT", {"status": "aborted"})


def test_ci_runs_the_test_command_of_the_readme() -> None:
    _, tests = (block.strip().removeprefix("$ ") for block in blocks("console"))
    script = (ROOT / ".ci" / "run").read_text().replace("--quiet ", "")

    assert tests in script.splitlines()
