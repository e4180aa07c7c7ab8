"""Actions that take too long are given up."""

from __future__ import annotations

import asyncio
import time
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy.exc import DBAPIError

from skysyn import HTTPTransport, Request
from skysyn.server import Server, Serving
from skysyn.server.deadline import Deadline
from skysyn.server.services import open_services
from skysyn.server.store.time_limit import is_over

from .asking import KEY, settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from skysyn.server.context import Services

    from .postgres import Postgres


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[Serving]:
    """A server that gives an action three seconds."""
    made = settings(database=str(tmp_path / "db"), response_seconds=3)
    with Server(made) as server, Serving(server) as found:
        yield found


def signup(serving: Serving) -> Request:
    body = b'{"auth_data": {"username": "ada"}, "password": "secret"}'
    url = f"{serving.endpoint}/auth/signup"
    return Request("POST", url, {"X-Skygear-API-Key": KEY}, body)


def hold(services: Services, held: Event, done: Event) -> None:
    """Keep everybody from writing until *done*."""
    with services.store.write():
        held.set()
        done.wait(60)


@pytest.mark.alone
def test_who_waits_too_long_is_told_and_the_connection_goes_on(
    serving: Serving, tmp_path: Path
) -> None:
    held, done = Event(), Event()
    with (
        open_services(settings(database=str(tmp_path / "db"))) as other,
        HTTPTransport() as transport,
    ):
        Thread(target=hold, args=(other, held, done)).start()
        held.wait(60)
        health = Request("GET", f"{serving.endpoint}/_status/healthz")

        began = time.monotonic()
        late = transport.send(signup(serving))
        waited = time.monotonic() - began
        then = transport.send(health)
        done.set()

    assert (late.status, b'"code":122' in late.body, then.status) == (503, True, 200)
    assert (late.header("Server"), waited < 15) == ("Skygear Server/1.7.3", True)


def sent_by(seconds: float, pause: float) -> list[Any]:
    """Return what is sent when an answer is begun at once, and ends after a *pause*."""
    sent: list[Any] = []
    start: Any = {"type": "http.response.start", "status": 200, "headers": []}
    end = {"type": "http.response.body", "body": b"done"}

    async def app(_: Any, __: Any, send: Any) -> None:
        await send(start)
        await asyncio.sleep(pause)
        await send(end)

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        raise NotImplementedError

    async def run(server: Server) -> None:
        scope: Any = {"path": "/", "query_string": b"", "headers": []}
        await Deadline(app, server)(scope, receive, send)

    with Server(settings(response_seconds=seconds)) as server:
        asyncio.run(run(server))
    return [message.get("status", message.get("body")) for message in sent]


@pytest.mark.parametrize("seconds", [0, 0.01])
def test_an_answer_that_is_begun_is_finished(seconds: float) -> None:
    assert sent_by(seconds, 0.05) == [200, b"done"]


_ENDLESS = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) "


@pytest.mark.parametrize("engine", ["memory", "file", "postgresql"])
def test_the_database_ends_what_takes_too_long_and_works_on(
    engine: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    database = {"memory": ":memory:", "file": str(tmp_path / "db")}.get(engine)
    if database is None:
        running: Postgres = request.getfixturevalue("postgres")
        database = running.new_database()
    made = settings(database=database, response_seconds=2)
    with open_services(made) as services:
        with pytest.raises(DBAPIError) as caught, services.store.read() as work:
            work.connection.exec_driver_sql(f"{_ENDLESS} SELECT count(*) FROM n")
        with services.store.read() as work:
            again = work.connection.exec_driver_sql("SELECT 1").scalar()

    assert (is_over(caught.value), again) == (True, 1)
