"""Campaigns: hostile events, which are answered and change nothing else.

`SKYSYN_CAMPAIGN` multiplies how long they are; 1 is enough for every push.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as tries
from hypothesis import strategies as st

from skysyn import HTTPTransport, Request, connect
from skysyn import accsyn as a
from skysyn.dialects.accsyn.events import Event
from skysyn.server import Server, Serving
from tests.server.campaigns import SCALE

from .world import ADMIN, EMPLOYEE, STANDARD, World, read, settings

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.slow

FUZZED = 150 * SCALE

KINDS = (
    "user",
    "transfer",
    "job",
    "task",
    "volume",
    "folder",
    "acl",
    "queue",
    "client",
)
VERBS = ("find", "create", "edit", "delete", "activate", "deactivate", "report", "x")
URIS = st.one_of(
    st.builds("{}/{}".format, st.sampled_from(KINDS), st.sampled_from(VERBS)),
    st.sampled_from(
        [
            *("setting", "attributes", "entitytypes", "workspace/file", "log/find"),
            *("job/recipient/add", "job/recipients", "acl/create", "file/add"),
            *("share/server", "share/edit", "collection/file/remove", "task/create"),
            *("user/generate_session_key", "workspace/publish/preprocess"),
        ]
    ),
)
NAMES = st.sampled_from(
    [
        *("name", "code", "status", "priority", "settings", "metadata", "tasks", "id"),
        *("source", "destination", "parent", "queue", "user", "path", "op", "files"),
        *("recipient", "entity", "target", "read", "limit", "skip", "attributes"),
        *("finished", "_key", "_workspace", "value", "entitytype", "lifetime", "role"),
    ]
)
WORDS = st.sampled_from(
    [
        *("", "\0", "ls", "mkdir", "share=proj", "share=proj/../..", "hq:", "waiting"),
        *(
            "volume=proj/a.mov",
            "~",
            "null",
            ADMIN,
            "user:*",
            "'; DROP TABLE x",
            "[" * 90,
        ),
        *("\udfff".encode("utf-8", "replace").decode(), "é" * 50, "workspace", "admin"),
    ]
)
VALUES = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(2**70), 2**70),
        st.floats(allow_nan=False, allow_infinity=False),
        WORDS,
        st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    ),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(NAMES | WORDS, inner, max_size=4)
    ),
    max_leaves=12,
)
DATA = st.dictionaries(NAMES, VALUES, max_size=6) | VALUES
QUERIES = st.none() | WORDS | st.builds("{}={}".format, NAMES, WORDS)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def besieged(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """A server that hostile events are sent to, one after the other."""
    database = ":memory:"
    if request.param == "postgresql":
        database = request.getfixturevalue("postgres").new_database()
    made = World.make(settings(tmp_path_factory.mktemp("w"), database=database))
    with made.server:
        yield made


@tries(
    max_examples=FUZZED,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(
    method=st.sampled_from(["GET", "POST", "PUT", "DELETE"]),
    uri=URIS,
    data=DATA,
    key=st.sampled_from([None, "0" * 24, "known", "../x", "\0"]),
    query=QUERIES,
    who=st.sampled_from([ADMIN, EMPLOYEE, STANDARD]),
)
def test_no_event_makes_the_server_fail(
    besieged: World,
    method: str,
    uri: str,
    data: Any,
    key: str | None,
    query: str | None,
    who: str,
) -> None:
    if key == "known":
        found = besieged.ask("GET", "volume/find")["result"]
        key = found[0]["id"] if found else None
    event = Event(method, uri, data, key, query)

    response = besieged.send(besieged.request(event, who=who))
    body = read(response)

    assert isinstance(body, dict)
    assert "exception" not in body, body
    assert response.status < 500
    assert not any(
        word in response.body.lower() for word in (b"select ", b"sqlalchemy")
    )


@pytest.mark.parametrize(
    ("method", "query", "body"),
    [
        ("GET", "", b""),
        ("GET", "%", b""),
        ("GET", "%ff%fe", b""),
        ("GET", "[]", b""),
        ("GET", "null", b""),
        ("GET", "%7B%22uri%22%3A" + "%5B" * 5000, b""),
        ("PUT", "", b"\xff"),
        ("PUT", "", b"{" * 100_000),
        ("POST", "", b'{"uri": NaN}'),
        ("PATCH", "", b"{}"),
    ],
)
def test_no_text_makes_the_server_fail(
    world: World, method: str, query: str, body: bytes
) -> None:
    url = f"http://localhost/api/v3/event?{query}"
    response = world.send(Request(method, url, {}, body))

    assert (response.status, list(read(response))) == (400, ["message"])


def test_request_lines_may_be_long(world: World) -> None:
    paths = [f"share=proj/{number:05}/{'x' * 60}" for number in range(1300)]
    data: Any = {"op": "exists", "path": paths}
    event = Event("GET", "workspace/file", data)
    with Serving(world.server) as serving, HTTPTransport() as transport:
        request = world.request(event)
        url = request.url.replace("http://localhost", serving.endpoint)
        url = url.replace("share", "%73%68%61%72%65").replace("xx", "%78%78")
        found = read(transport.send(Request("GET", url, request.headers)))

    assert len(url) > 250_000
    assert [row["result"] for row in found["result"]] == [False] * 1300


def test_a_port_answers_clients_of_both_services(world: World) -> None:
    with Server() as main, Serving(main, "127.0.0.1", 0, world.server) as serving:
        here: Any = {"hostname": "127.0.0.1", "port": serving.port}
        dialect = attrs.evolve(world.server.client(), **here)
        with connect(dialect, transport=HTTPTransport()) as kim:
            users = [user.code for user in kim.query(a.User).limit(1).all()]
        with connect(main.client(serving.endpoint)) as other:
            ada = other.signup(username="ada", password="secret")

    assert (users, ada.profile["username"]) == ([ADMIN], "ada")
