"""Crowds: many clients at once, each of whom must see what was really done.

`SKYSYN_CAMPAIGN` multiplies how much they do; 1 is enough for every push.
"""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import attrs
import pytest

from tests.server.campaigns import SCALE
from tests.server.ledger import Ledger

from .world import World, settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.slow

CLIENTS, OPERATIONS, BOARDS = 64, 6 * SCALE, 8


@pytest.fixture(params=["memory", "file", "postgresql"])
def crowded(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    database = {"memory": ":memory:", "file": str(tmp_path / "db")}.get(request.param)
    if database is None:
        database = request.getfixturevalue("postgres").new_database()
    made = World.make(settings(tmp_path, database=database))
    with made.server:
        yield made


@attrs.define
class Client:
    """One of the crowd: does mixed things, and notes what is wrong.

    A board is a queue, with a setting for each client.
    """

    world: World
    ledger: Ledger
    boards: list[str]
    name: int
    dice: random.Random
    own: dict[str, tuple[str, int, str]] = attrs.field(factory=dict[str, Any])
    """The client's jobs by name: their ids, how many tasks they have, their status."""
    step: int = 0

    def run(self) -> None:
        """Do so many things."""
        deeds = [self.write, self.read, self.make, self.add, self.turn, self.find]
        deeds += [self.delete, self.place]
        for self.step in range(1, OPERATIONS + 1):
            self.dice.choice(deeds)()

    def ask(self, method: str, uri: str, data: Any, **more: Any) -> Any:
        body = self.world.ask(method, uri, data, **more)
        if "result" not in body:
            self.ledger.wrong.append(f"{uri} {data}: {body}")
        return body.get("result")

    def write(self) -> None:
        board = self.dice.randrange(BOARDS)
        self.ledger.begin(board, self.name, self.step)
        setting = {"entitytype": "queue", "name": f"by{self.name}"}
        data = {**setting, "value": str(self.step)}
        self.world.ask("PUT", "setting", data, id=self.boards[board])
        self.ledger.end(board, self.name)

    def read(self) -> None:
        board = self.dice.randrange(BOARDS)
        low = self.ledger.done(board)
        seen = self.ask(
            "GET", "setting", {"entitytype": "queue"}, id=self.boards[board]
        )
        self.ledger.check(board, low, seen)

    def make(self) -> None:
        name, count = f"job-{self.name}-{self.step}", self.dice.randrange(1, 4)
        ends = [
            {"source": "a.mov", "destination": f"site=hq:{name}/{number}"}
            for number in range(count)
        ]
        [made] = self.ask("POST", "transfer/create", {"name": name, "tasks": ends})
        self.own[name] = (made["id"], count, "init")

    def add(self) -> None:
        if self.own:
            name = self.dice.choice(sorted(self.own))
            key, count, status = self.own[name]
            end = f"site=hq:{name}/{count}"
            tasks = [{"source": "a.mov", "destination": end}]
            self.ask("POST", "task/create", {"tasks": tasks}, id=key)
            found = self.ask("GET", "task/find", {"parent": key})
            if len(found) != count + 1:
                self.ledger.wrong.append(f"{name} has {len(found)}, not {count + 1}")
            self.own[name] = (key, count + 1, status)

    def turn(self) -> None:
        """Pause a job, or let it go on."""
        if self.own:
            name = self.dice.choice(sorted(self.own))
            key, count, status = self.own[name]
            wanted = "waiting" if status == "paused" else "paused"
            [seen] = self.ask("PUT", "transfer/edit", {"status": wanted}, id=key)
            self.own[name] = (key, count, seen["status"])

    def find(self) -> None:
        query = f"name=job-{self.name}-*"
        found = self.ask("GET", "transfer/find", {}, query=query)
        seen = {row["name"]: row["id"] for row in found}
        if seen != {name: key for name, (key, *_) in self.own.items()}:
            self.ledger.wrong.append(f"{self.name} has {self.own} and found {seen}")
        wrong = [r for r in found if (r["status"] == "paused") != self._is_held(r)]
        if wrong:
            self.ledger.wrong.append(f"{wrong} are not {self.own}")

    def _is_held(self, row: Any) -> bool:
        return self.own[row["name"]][2] == "paused"

    def delete(self) -> None:
        if self.own:
            name = self.dice.choice(sorted(self.own))
            key, *_ = self.own.pop(name)
            self.ask("DELETE", "transfer/delete", None, id=key)

    def place(self) -> None:
        """Make a folder, and rename it."""
        path = f"share=proj/{self.name}-{self.step}"
        for method, op, more in (
            ("POST", "mkdir", {}),
            ("PUT", "rename", {"path_to": f"{path}-renamed"}),
        ):
            data = {"op": op, "path": path, **more}
            body = self.world.ask(method, "workspace/file", data)
            if body != {"result": True}:
                self.ledger.wrong.append(f"{op} {path}: {body}")


@pytest.mark.timeout(900)
def test_many_clients_at_once_see_what_was_done(crowded: World) -> None:
    boards = [
        crowded.ask("POST", "queue/create", {"name": f"Board{n}"})["result"][0]["id"]
        for n in range(BOARDS)
    ]
    ledger = Ledger()
    clients = [
        Client(crowded, ledger, boards, name, random.Random(name))
        for name in range(CLIENTS)
    ]

    with ThreadPoolExecutor(CLIENTS) as pool:
        for running in [pool.submit(client.run) for client in clients]:
            running.result()
    for client in clients:
        client.find()
    for number, board in enumerate(boards):
        data = {"entitytype": "queue"}
        seen = crowded.ask("GET", "setting", data, id=board)["result"]
        ledger.check(number, ledger.done(number), seen)

    assert ledger.wrong[:5] == []
    jobs = crowded.ask("GET", "transfer/find", {})["result"]
    assert sorted(job["name"] for job in jobs) == sorted(
        name for client in clients for name in client.own
    )


def test_a_code_is_given_once_however_many_want_it(crowded: World) -> None:
    def want(number: int) -> bool:
        body = crowded.ask("POST", "queue/create", {"name": f"Rush{number % 3}"})
        return "result" in body

    with ThreadPoolExecutor(8) as pool:
        given = list(pool.map(want, range(24)))

    assert sum(given) == 3
