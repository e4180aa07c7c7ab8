"""Every registry call and login that official clients were recorded to send works."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from skysyn import Request
from skysyn.server.accsyn import Account, AccsynServer, AccsynSettings, Space
from skysyn.server.accsyn.accounts import open_session

from .recorded import FILES, NEW, RECORDED, Recorded
from .world import ADMIN, read

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.skipif(
    not (FILES / NEW).is_file(), reason=f"no recordings in {FILES}"
)
ARRIVALS = [one for one in RECORDED if "uri" not in one.document]
KEY, PASSWORD = "key-of-kim", "word of kim"


@pytest.fixture(scope="module")
def server() -> Iterator[AccsynServer]:
    space = Space("acmefilm", (Account(ADMIN, "admin", KEY, password=PASSWORD),))
    with AccsynServer(AccsynSettings(spaces=(space,))) as made:
        yield made


def b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def authorization(server: AccsynServer, recorded: str) -> str:
    """Return a header of the recorded form with a secret that is right."""
    form = recorded.partition(" ")[0]
    if form == "basic":
        return f"basic {b64(ADMIN)}:{b64(KEY)}"
    means = next(n for n in ("session_key", "api_key", "pwd") if n in recorded)
    secret = {"api_key": KEY, "pwd": b64(PASSWORD)}.get(means) or session_key(server)
    said = {"domain": "acmefilm", "username": ADMIN, means: secret}
    return f"{form} {b64(json.dumps(said))}"


def session_key(server: AccsynServer) -> str:
    user = user_id(server)
    with server.store.write("acmefilm", server.now()) as work:
        return open_session(work, user, 3600, by_password=False)


def user_id(server: AccsynServer) -> str:
    url = "http://localhost/api/v3/api/login"
    headers = {"Authorization": f"basic {b64(ADMIN)}:{b64(KEY)}"}
    headers["X-Accsyn-Workspace"] = "acmefilm"
    answer = read(server.answer(Request("PUT", url, headers, b"{}")))
    return str(answer["result"]["id"])


def answer(server: AccsynServer, recorded: Recorded) -> Any:
    """Send a recorded request again; return the body."""
    headers = dict(recorded.headers)
    if "Authorization" in headers:
        headers["Authorization"] = authorization(server, headers["Authorization"])
    sent = json.dumps(recorded.document)
    url, body = f"http://localhost{recorded.path}", sent.encode()
    if recorded.method == "GET":
        url, body = f"{url}?{quote(sent, safe='/')}", b""
    response = server.answer(Request(recorded.method, url, headers, body))
    assert response.status == 200, response.body
    return read(response)


def test_there_are_logins_and_registry_calls() -> None:
    assert len(ARRIVALS) == 39


@pytest.mark.parametrize(
    "recorded",
    [pytest.param(one, id=f"{n}-{one.path}") for n, one in enumerate(ARRIVALS)],
)
def test_every_recorded_arrival_gets_an_answer_of_its_form(
    server: AccsynServer, recorded: Recorded
) -> None:
    body = answer(server, recorded)

    host, _, port = recorded.headers["Host"].partition(":")
    if recorded.path.startswith("/api/v3/J3"):
        assert body == {"result": {"hostname": host, "port": int(port)}}
    elif "registry" in recorded.path:
        assert body == {"domain": "acmefilm"}
    elif recorded.path == "/api/v3/api/login":
        user = user_id(server)
        key = body["result"].pop("session_id")
        assert (body, len(key)) == ({"result": {"id": user, "role": "admin"}}, 32)
    else:
        key = body.pop("session_key")
        assert body == {"clearance": "admin", "id": user_id(server)}
        assert len(key) == 32
