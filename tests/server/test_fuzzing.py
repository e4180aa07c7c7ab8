"""Hostile requests get answers that say what they are, and cost little memory."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING, Any

import attrs
import pytest

from skysyn import HTTPTransport
from skysyn.server import Server, Serving

from .asking import Asker, settings
from .campaigns import SCALE, memory
from .fuzzing import Fuzzer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from skysyn import Request, Response

    from .postgres import Postgres

pytestmark = pytest.mark.slow

FUZZED = 20_000 * SCALE
LEAKS = ("sqlite", "psycopg", "select ", "traceback")
UNFORESEEN = {"the server failed", "the database refused to do this"}
MIB = 1024 * 1024


@pytest.fixture(params=["sqlite", "postgresql"])
def anyone(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Asker]:
    """Somebody whose records are not in memory, which is measured."""
    database = str(tmp_path / "db")
    if request.param == "postgresql":
        postgres: Postgres = request.getfixturevalue("postgres")
        database = postgres.new_database()
    with Server(settings(database=database)) as server:
        yield Asker(server)


def wrong(request: Request, response: Response) -> object:
    """Return what is wrong with a response, None if nothing is."""
    identified = response.header("X-Skygear-Request-Id")
    text = response.body.decode()
    leaks = [word for word in LEAKS if word in text.lower()]
    body: dict[str, Any] = json.loads(text or "{}")
    message = body.get("error", {}).get("message")
    if (
        leaks
        or not identified
        or message in UNFORESEEN
        or not 200 <= response.status < 600
    ):
        return request.url, request.body, response.status, message, leaks
    return None


def fuzz(
    send: Callable[[Request], Response], fuzzer: Fuzzer, count: int
) -> list[object]:
    """Send *count* requests, and return what was wrong."""
    found: list[object] = []
    for number in range(count):
        request = fuzzer.damaged() if number % 7 == 0 else fuzzer.request()
        found.append(wrong(request, send(request)))
    return [each for each in found if each is not None]


@pytest.mark.timeout(900)
def test_hostile_requests_get_an_answer_that_says_what_it_is(
    anyone: Asker,
) -> None:
    tokens = tuple(anyone.signup(name).token or "" for name in ("ada", "bob"))
    fuzzer = Fuzzer(random.Random(20261122), tokens)

    found = fuzz(anyone.server.answer, fuzzer, FUZZED // 4)
    before = memory()
    found += fuzz(anyone.server.answer, fuzzer, FUZZED - FUZZED // 4)

    assert found[:3] == []
    assert memory() - before < 24 * MIB
    [record] = anyone.as_master().save({"_id": "after/1", "n": 1})
    assert record["n"] == 1


def test_hostile_requests_over_a_connection_leave_it_usable(anyone: Asker) -> None:
    fuzzer = Fuzzer(random.Random(7))
    with Serving(anyone.server) as serving, HTTPTransport() as transport:

        def send(request: Request) -> Response:
            path = request.url.removeprefix("http://localhost")
            return transport.send(attrs.evolve(request, url=serving.endpoint + path))

        found = fuzz(send, fuzzer, 300)

    assert found[:3] == []
