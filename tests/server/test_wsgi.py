"""The server as a WSGI application of other web servers."""

from __future__ import annotations

import json
from threading import Thread
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug import Response
from werkzeug.test import Client

from skysyn import Request, connect
from skysyn import Response as Answer
from skysyn.cloud import App, Options
from skysyn.server import Server
from skysyn.server.wsgi import WSGIApp, WSGITransport

from .asking import KEY, MASTER, settings

if TYPE_CHECKING:
    from collections.abc import Iterator


class Silent(WSGIRequestHandler):
    """Writes no log."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


@pytest.fixture
def address() -> Iterator[str]:
    """Where the web server of Python's own library has it."""
    with Server(settings()) as server:
        app = WSGIApp(server)
        with make_server("127.0.0.1", 0, app, handler_class=Silent) as web:
            thread = Thread(target=web.serve_forever)
            thread.start()
            yield f"http://127.0.0.1:{web.server_port}"
            web.shutdown()
            thread.join()


def test_another_web_server_answers_as_ours(address: str) -> None:
    with Server(settings()) as server, connect(server.client(address)) as session:
        ada = session.signup(username="ada", password="secret")
        found = session.call("me")

    assert isinstance(found, dict)
    assert found["user_id"] == ada.user_id


@pytest.mark.parametrize(
    ("status", "said"), [(201, "201 Created"), (299, "299 Unknown")]
)
def test_cloud_code_may_answer_by_any_status(status: int, said: str) -> None:
    code = App(Options(apikey=KEY, masterkey=MASTER))
    code.handler("odd")(lambda _: Response("here", status))

    with Server(settings(), code) as server:
        answer = Client(WSGIApp(server)).get("/odd")

    assert (answer.status, answer.text) == (said, "here")


def test_what_has_no_body_has_none() -> None:
    with Server(settings()) as server:
        client = Client(WSGIApp(server))
        head, get = client.head("/"), client.get("/")

    assert (head.status_code, head.data) == (200, b"")
    assert json.loads(get.data) == {"result": {"status": "OK"}}


class Repeating:
    """An app that answers by what it was asked."""

    max_body = max_head = 100_000

    def serves(self, path: str) -> bool:
        """Serve every path."""
        return bool(path)

    def is_at(self, endpoint: str) -> None:
        """Need no endpoint."""

    def answer(self, request: Request, address: str = "") -> Answer:
        """Return the request in a response."""
        asked = {"method": request.method, "url": request.url, "from": address}
        return Answer(200, {**request.headers, **asked}, request.body)


NAMES = st.text(st.characters(codec="utf-8"), max_size=9)
VALUES = st.text(st.characters(min_codepoint=32, max_codepoint=126)).map(str.strip)


@given(NAMES, st.dictionaries(NAMES, NAMES), VALUES, st.binary(max_size=99))
def test_requests_arrive_as_they_were_sent(
    name: str, asked: dict[str, str], value: str, body: bytes
) -> None:
    url = f"https://example.com:8443/a/{quote(name)}"
    url = f"{url}?{urlencode(asked)}" if asked else url
    headers = {"X-Some-Header": value, "Content-Type": "text/plain"}

    found = WSGITransport(Repeating()).send(Request("PUT", url, headers, body))

    assert dict(found.headers) == {
        **headers,
        "Host": "example.com:8443",
        "Content-Length": str(len(body)),
        "method": "PUT",
        "url": url.replace("https", "http", 1),
        "from": "",
    }
    assert found.body == body
