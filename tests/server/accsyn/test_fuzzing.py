"""Hostile events get answers that say what they are, and cost little memory.

`SKYSYN_CAMPAIGN` multiplies how many there are; 13 is the whole campaign.
"""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING, Any

import attrs
import pytest

from skysyn import HTTPTransport
from skysyn import accsyn as a
from skysyn.server import Serving
from skysyn.server.accsyn.tables import FAMILIES
from tests.server.campaigns import SCALE, memory

from .fuzzing import Fuzzer
from .world import World, settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from skysyn import Request, Response

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]

FUZZED = {"sqlite": 1600 * SCALE, "postgresql": 400 * SCALE}
LEAKS = ("sqlite", "psycopg", "sqlalchemy", "select ", "traceback")
UNFORESEEN = {"the server failed", "the database refused to do this"}
MIB = 1024 * 1024


@attrs.frozen
class Besieged:
    """A world, how many events it gets, and what none of them may reach."""

    world: World
    count: int
    outside: Path

    def fuzzer(self, seed: int) -> Fuzzer:
        """Return what makes events about things that are there."""
        with self.world.session() as kim:
            kim.create(a.NewFolder(name="F", path="scd"))
            kim.create(a.NewCollection(name="C", files=["a.mov"]))
            kim.create(a.NewTransfer(source="a.mov", destination="site=hq:in/"))
            kim.create(
                a.NewDelivery(name="D", tasks=["a.mov"], recipients=["lee@x.example"])
            )
        return Fuzzer(random.Random(seed), self._keys())

    def _keys(self) -> dict[str, list[str]]:
        """Return the ids of what is there by the kinds that events name."""
        server, found = self.world.server, dict[str, list[str]]()
        with server.store.read("acmefilm", server.now()) as work:
            for family in FAMILIES:
                for row in work.rows(family.table):
                    for kind in {row.get("_kind", family.name), *family.aliases}:
                        found.setdefault(kind, []).append(str(row["id"]))
        return found

    def fuzz(
        self, send: Callable[[Request], Response], fuzzer: Fuzzer, count: int
    ) -> list[object]:
        """Send *count* events while time goes on; return what was wrong."""
        found: list[object] = []
        for number in range(count):
            request = fuzzer.damaged() if number % 7 == 0 else fuzzer.request()
            found.append(wrong(request, send(request)))
            self.world.pass_time(fuzzer.dice.choice([0, 0, 0, 1, 60, 40_000]))
            if number % 200 == 0:
                self._let_in(fuzzer.keys["user"])
        return [each for each in found if each is not None]

    def _let_in(self, users: Sequence[str]) -> None:
        """Bring back who was put out, so that all roles go on asking."""
        for key in users:
            self.world.ask("POST", "user/activate", {}, id=key)
            self.world.ask("PUT", "user/edit", {"status": "enabled"}, id=key)

    def is_whole(self) -> bool:
        """Whether the server goes on, and nothing outside of shares was touched."""
        made = self.world.ask("POST", "queue/create", {"name": "Afterwards"})
        untouched = self.outside.read_text() == "outside"
        return [row["code"] for row in made["result"]] == ["afterwards"] and untouched


@pytest.fixture(params=["sqlite", "postgresql"])
def besieged(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Besieged]:
    """A server whose rows are not in memory, which is measured."""
    database = str(tmp_path / "db")
    if request.param == "postgresql":
        database = request.getfixturevalue("postgres").new_database()
    outside = tmp_path / "outside"
    outside.write_text("outside")
    made = World.make(settings(tmp_path, database=database))
    with made.server:
        yield Besieged(made, FUZZED[request.param], outside)


def wrong(request: Request, response: Response) -> object:
    """Return what is wrong with a response, None if nothing is."""
    text = response.body.decode()
    body: dict[str, Any] = json.loads(text)
    said = str(body.get("message", "")).lower()
    leaks = [word for word in LEAKS if word in said]
    is_failed = "exception" in body or said in UNFORESEEN or response.status >= 500
    if leaks or is_failed or not body:
        return request.method, request.url, request.body, response.status, text[:300]
    return None


def test_hostile_events_get_an_answer_that_says_what_it_is(besieged: Besieged) -> None:
    fuzzer, answer = besieged.fuzzer(20261122), besieged.world.server.answer

    found = besieged.fuzz(answer, fuzzer, besieged.count // 4)
    before = memory()
    found += besieged.fuzz(answer, fuzzer, besieged.count - besieged.count // 4)

    assert found[:3] == []
    assert memory() - before < 24 * MIB
    assert besieged.is_whole()


def test_hostile_events_over_a_connection_leave_it_usable(besieged: Besieged) -> None:
    fuzzer = besieged.fuzzer(7)
    with Serving(besieged.world.server) as serving, HTTPTransport() as transport:

        def send(request: Request) -> Response:
            path = request.url.removeprefix("http://localhost")
            return transport.send(attrs.evolve(request, url=serving.endpoint + path))

        found = besieged.fuzz(send, fuzzer, besieged.count // 10)

    assert found[:3] == []
    assert besieged.is_whole()
