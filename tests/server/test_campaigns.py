"""Crowds: many clients at once, each of whom must see what was really done.

`SKYSYN_CAMPAIGN` multiplies how much the campaigns do; 1 is enough for every push.
"""

from __future__ import annotations

import json
import random
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import attrs
import pytest

from skysyn import HTTPTransport, Request
from skysyn.server import Server, Serving

from .asking import KEY, Asker, settings
from .campaigns import SCALE
from .ledger import Ledger
from .worlds import ref

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from .postgres import Postgres

pytestmark = pytest.mark.slow

CLIENTS, BOARDS = 64, 16
OPERATIONS = {"memory": 50, "file": 100, "postgresql": 50}
"""How many each client does."""


@pytest.fixture(params=["memory", "file", "postgresql"])
def anybody(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Asker]:
    database = {"memory": ":memory:", "file": str(tmp_path / "db")}.get(request.param)
    if database is None:
        postgres: Postgres = request.getfixturevalue("postgres")
        database = postgres.new_database()
    with Server(settings(database=database)) as server:
        yield Asker(server)


@attrs.define
class Client:
    """One of the crowd: does mixed things, and notes what is wrong."""

    asker: Asker
    ledger: Ledger
    name: int
    dice: random.Random
    own: dict[str, int] = attrs.field(factory=dict[str, int])
    step: int = 0

    def run(self, operations: int) -> None:
        """Do so many things."""
        deeds = [self.write, self.write, self.read, self.make, self.find, self.swap]
        deeds += [self.look, self.delete, self.extend]
        for self.step in range(1, operations + 1):
            self.dice.choice(deeds)()

    def ask(self, action: str, **payload: Any) -> Any:
        body: dict[str, Any] = self.asker.ask(action, **payload)
        errors = [e for e in body.get("result", []) if e["_type"] == "error"]
        if "error" in body or errors:
            self.ledger.wrong.append(f"{action} {payload}: {body}")
        return body

    def write(self) -> None:
        board = self.dice.randrange(BOARDS)
        record = {"_id": f"board/{board}", f"by{self.name}": self.step}
        self.ledger.begin(board, self.name, self.step)
        self.ask("record:save", records=[record], atomic=self.step % 2 == 0)
        self.ledger.end(board, self.name)

    def read(self) -> None:
        board = self.dice.randrange(BOARDS)
        low = self.ledger.done(board)
        [seen] = self.ask("record:fetch", ids=[f"board/{board}"])["result"]
        self.ledger.check(board, low, seen)

    def make(self) -> None:
        key = f"{self.name}-{self.step}"
        note = {"_id": f"note/{key}", "who": self.name, "step": self.step}
        board = ref(f"board/{self.step % BOARDS}")
        saved = self.ask(
            "record:save", records=[{**note, "no": {"$type": "seq"}, "on": board}]
        )
        self.own[key] = self.step
        self.ledger.numbers.append(saved["result"][0]["no"])

    def find(self) -> None:
        mine = ["eq", {"$type": "keypath", "$val": "who"}, self.name]
        to = {"to": {"$type": "keypath", "$val": "on"}}
        found = self.ask(
            "record:query", record_type="note", predicate=mine, count=True, include=to
        )
        seen = {r["_id"].partition("/")[2]: r["step"] for r in found["result"]}
        boards = [r["_transient"]["to"]["_id"] for r in found["result"]]
        if seen != self.own or found["info"] != {"count": len(self.own)}:
            self.ledger.wrong.append(f"{self.name} has {self.own} and found {seen}")
        if boards != [f"board/{r['step'] % BOARDS}" for r in found["result"]]:
            self.ledger.wrong.append(f"{self.name} included {boards}")

    def swap(self) -> None:
        """Write both halves of a pair at once."""
        pair, value = self.dice.randrange(BOARDS), f"{self.name}-{self.step}"
        halves = [{"_id": f"half/{pair}{side}", "value": value} for side in "ab"]
        self.ask("record:save", records=halves, atomic=True)

    def look(self) -> None:
        """See both halves of each pair: they were written together."""
        halves: dict[str, set[str]] = {}
        for half in self.ask("record:query", record_type="half")["result"]:
            halves.setdefault(half["_id"][:-1], set()).add(half["value"])
        if any(len(values) > 1 for values in halves.values()):
            self.ledger.wrong.append(f"halves of pairs differ: {halves}")

    def delete(self) -> None:
        if self.own:
            key = self.dice.choice(sorted(self.own))
            self.ask("record:delete", ids=[f"note/{key}"])
            del self.own[key]

    def extend(self) -> None:
        field, key = f"f{self.dice.randrange(6)}", f"{self.name}-{self.step}"
        self.ask("record:save", records=[{"_id": f"wide/{key}", field: "x"}])


def crowd(anybody: Asker) -> list[Client]:
    """Return the clients: a few users with several clients each."""
    users = [anybody.signup(f"user{number}") for number in range(4)]
    for board in range(BOARDS):
        halves = [{"_id": f"half/{board}{side}", "value": ""} for side in "ab"]
        users[0].save({"_id": f"board/{board}", "by0": 0}, *halves)
    ledger = Ledger()
    return [
        Client(users[name % len(users)], ledger, name, random.Random(name))
        for name in range(CLIENTS)
    ]


@pytest.mark.timeout(1800)
def test_many_clients_at_once_see_what_was_done(
    anybody: Asker, request: pytest.FixtureRequest
) -> None:
    operations = SCALE * OPERATIONS[request.node.callspec.params["anybody"]]
    clients = crowd(anybody)
    ledger = clients[0].ledger

    with ThreadPoolExecutor(CLIENTS) as pool:
        for running in [pool.submit(client.run, operations) for client in clients]:
            running.result()
    for board in range(BOARDS):
        [seen] = anybody.result("record:fetch", ids=[f"board/{board}"])
        ledger.check(board, ledger.done(board), seen)

    assert ledger.wrong[:5] == []
    assert sorted(ledger.numbers) == list(range(1, len(ledger.numbers) + 1))


def test_a_server_on_a_port_answers_many_clients(anyone: Asker) -> None:
    def ask(number: int) -> int:
        url = f"{serving.endpoint}/record/query"
        headers = {"X-Skygear-API-Key": KEY}
        body = json.dumps({"record_type": f"t{number}"}).encode()
        return transport.send(Request("POST", url, headers, body)).status

    with (
        HTTPTransport() as transport,
        Serving(anyone.server) as serving,
        ThreadPoolExecutor(32) as pool,
    ):
        statuses = set(pool.map(ask, range(200)))

    assert statuses == {200}
