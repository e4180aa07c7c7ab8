"""Campaigns: many clients at once, hostile requests, and a process that is killed.

`SKYSYN_CAMPAIGN` multiplies how long they are; 1 is enough for every push.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Any

import attrs
import pytest

from skysyn import HTTPTransport, Request
from skysyn.errors import TransportError
from skysyn.server import Server, Serving, WSGITransport
from skysyn.server.actions import ACTIONS

from .asking import KEY, MASTER, Asker, settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from .postgres import Postgres

SCALE = int(os.environ.get("SKYSYN_CAMPAIGN", "1"))
CLIENTS, OPERATIONS = 16 * min(SCALE, 4), 25 * SCALE
KILLS = 3 * SCALE
FUZZED = 1500 * SCALE


@pytest.fixture(params=["memory", "file", "postgresql"])
def anybody(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Asker]:
    database = {"memory": ":memory:", "file": str(tmp_path / "db")}.get(request.param)
    if database is None:
        postgres: Postgres = request.getfixturevalue("postgres")
        database = postgres.new_database()
    with Server(settings(database=database)) as server:
        yield Asker(server)


def work(asker: Asker, number: int) -> list[str]:
    """Do mixed things; return what went wrong."""
    dice, wrong = random.Random(number), list[str]()
    me = asker.signup(f"user{number}")
    for step in range(OPERATIONS):
        key = f"{number}-{step}"
        note = {"_id": f"note/{key}", "n": step, "who": number, f"f{step % 5}": "x"}
        shared = {"_id": "shared/one", f"by{number}": step}
        saved = me.ask(
            "record:save", records=[note, shared], atomic=dice.random() < 0.5
        )
        mine = me.ask("record:fetch", ids=[f"note/{key}"])
        query = me.ask(
            "record:query",
            record_type="note",
            predicate=["eq", {"$type": "keypath", "$val": "who"}, number],
            count=True,
        )
        if [e.get("_type") for e in saved.get("result", [])] != ["record", "record"]:
            wrong.append(f"save {saved}")
        if mine.get("result", [{}])[0].get("n") != step:
            wrong.append(f"fetch {mine}")
        if query.get("info") != {"count": step + 1}:
            wrong.append(f"query {query}")
    return wrong


def test_many_clients_at_once_each_see_what_they_did(anybody: Asker) -> None:
    with ThreadPoolExecutor(CLIENTS) as pool:
        found = pool.map(partial(work, anybody), range(CLIENTS))
        wrong = [said for each in found for said in each]

    assert wrong == []
    [shared] = anybody.result("record:fetch", ids=["shared/one"])
    steps = {name: value for name, value in shared.items() if name.startswith("by")}
    assert steps == {f"by{number}": OPERATIONS - 1 for number in range(CLIENTS)}


class Killed:
    """A server in a process of its own, which is killed while clients save."""

    def __init__(self, folder: Path) -> None:
        self.database = folder / "db"
        self.acknowledged: list[str] = []
        self.batches = 0
        self._folder = folder

    def start(self) -> tuple[subprocess.Popen[str], str]:
        start = "from skysyn.cli import main; main()"
        options = ["--port", "0", "--database", str(self.database)]
        keys = ["--api-key", KEY, "--master-key", MASTER]
        process = subprocess.Popen(
            [sys.executable, "-c", start, "serve", *options, *keys],
            cwd=self._folder,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        process.stdout.readline()
        return process, process.stdout.readline().strip().partition("=")[2]

    def run(self, seconds: float) -> None:
        """Save from eight clients for some time, then kill."""
        process, endpoint = self.start()
        stopped = threading.Event()
        clients = [
            threading.Thread(target=self._save, args=(endpoint, stopped, n))
            for n in range(8)
        ]
        for client in clients:
            client.start()
        time.sleep(seconds)
        process.send_signal(signal.SIGKILL)
        stopped.set()
        process.communicate()
        for client in clients:
            client.join()

    def _save(self, endpoint: str, stopped: threading.Event, client: int) -> None:
        with HTTPTransport() as transport:
            while not stopped.is_set():
                self.batches += 1
                batch = f"{client}-{self.batches}-{random.random()}"
                records = [{"_id": f"b/{batch}-{n}", "batch": batch} for n in range(3)]
                body = json.dumps({"records": records, "atomic": True}).encode()
                url, headers = f"{endpoint}/record/save", {"X-Skygear-API-Key": MASTER}
                request = Request("POST", url, headers, body)
                try:
                    answer = transport.send(request)
                except TransportError:
                    continue
                if answer.status == 200:
                    self.acknowledged.append(batch)


def test_a_killed_server_keeps_what_it_acknowledged_and_whole_batches(
    tmp_path: Path,
) -> None:
    killed = Killed(tmp_path)
    for attempt in range(KILLS):
        killed.run(0.4 + 0.1 * (attempt % 5))

    with sqlite3.connect(killed.database) as connection:
        check = connection.execute("PRAGMA integrity_check").fetchone()
        rows = connection.execute("SELECT batch, count(*) FROM b GROUP BY batch")
        sizes = dict(rows.fetchall())
    connection.close()

    assert check == ("ok",)
    assert set(killed.acknowledged) - sizes.keys() == set()
    assert set(sizes.values()) == {3}
    assert len(killed.acknowledged) > 10


NASTY: list[Any] = [
    None, True, False, 0, -1, 1e308, 2**70, "", "a", "\0", "\ud800", "'; DROP TABLE x",
    '"', "%", "\\", "_auth", "_id", "user/1", "x/", "/x", [], {}, [[]], {"": {}},
    {"$type": "date", "$date": "9999-12-31T23:59:59.9999999Z"},
    {"$type": "ref", "$id": "/"},
    {"$type": "geo", "$lng": 1e400, "$lat": 0}, {"$type": "seq"}, {"$type": "unknown"},
    {"$type": "geojson", "$val": {"type": "Polygon", "coordinates": [[[1, 2]]]}},
    {"$type": "keypath", "$val": "a"}, {"$type": "keypath", "$val": "_owner.x"},
    {"$type": "asset", "$name": "../x"}, "1e5", "2016-01-01T00:00:00Z",
    ["func", "distance"],
]  # fmt: skip
OPERATORS = ["eq", "neq", "gt", "like", "ilike", "in", "and", "or", "not", "func", "x"]
NAMES = [
    "records", "ids", "record_type", "predicate", "sort", "include", "desired_keys",
    "limit", "offset", "count", "atomic", "database_id", "auth_data", "password",
    "profile", "users", "roles", "record_types", "item_name", "new_name", "type",
    "access", "default_access", "create_roles", "filename", "content-type",
    "content-size", "name", "targets", "direction", "auth_id", "disabled", "expiry",
    "provider", "principal_id", "user_id", "token", "_user_id", "old_password",
]  # fmt: skip


@attrs.frozen
class Fuzzer:
    """Makes requests that nobody would."""

    dice: random.Random

    def value(self, depth: int = 0) -> Any:
        kind = self.dice.random()
        if depth > 3 or kind < 0.4:
            return self.dice.choice(NASTY)
        if kind < 0.55:
            return [self.value(depth + 1) for _ in range(self.dice.randrange(4))]
        if kind < 0.7:
            names = self.dice.sample([*NAMES, "_id", "_access", "a", "b", "é", "id"], 3)
            return {name: self.value(depth + 1) for name in names}
        if kind < 0.85:
            operands = [self.value(depth + 1) for _ in range(self.dice.randrange(4))]
            return [self.dice.choice(OPERATORS), *operands]
        key = self.dice.choice(["t/1", "t/2", "u/1", "With Space/x", "é/1"])
        return {"_id": key, "a": self.value(depth + 1), "b": self.value(depth + 1)}

    def payload(self) -> dict[str, Any]:
        names = self.dice.sample(NAMES, self.dice.randrange(1, 6))
        made = {name: self.value() for name in names}
        if self.dice.random() < 0.5:
            made["records"] = [self.value() for _ in range(self.dice.randrange(4))]
            made["record_type"] = self.dice.choice(["t", "u", "user", "é", "_auth"])
        return made


def test_hostile_requests_get_an_answer_that_says_what_it_is(anyone: Asker) -> None:
    seed = 20261122
    fuzzer, ada = Fuzzer(random.Random(seed)), anyone.signup("ada")
    master = anyone.as_master()
    actions = sorted(ACTIONS)
    wrong: list[Any] = []
    for _ in range(FUZZED):
        action, payload = fuzzer.dice.choice(actions), fuzzer.payload()
        asker = fuzzer.dice.choice([anyone, ada, master])
        response = asker.send(action, **payload)
        body: dict[str, Any] = json.loads(response.body or b"{}")
        identified = response.header("X-Skygear-Request-Id")
        text = response.body.decode().lower()
        leaks = [word for word in LEAKS if word in text]
        message = body.get("error", {}).get("message")
        if leaks or not identified or message in UNFORESEEN:
            wrong.append((action, payload, response.status, message, leaks))

    assert wrong[:3] == []


LEAKS = ("sqlite", "psycopg", "select ", "traceback")
UNFORESEEN = {"the server failed", "the database refused to do this"}


def test_bytes_that_are_no_request_get_an_answer_too(anyone: Asker) -> None:
    dice, transport = random.Random(7), WSGITransport(anyone.server)
    good = b'{"record_type": "t", "predicate": ["eq", {"$val": "a"}, 1]}'
    statuses: set[int] = set()
    for _ in range(FUZZED):
        body = bytearray(good)
        for _ in range(dice.randrange(1, 6)):
            body[dice.randrange(len(body))] = dice.randrange(256)
        headers = {"X-Skygear-API-Key": KEY}
        request = Request("POST", "http://localhost/record/query", headers, bytes(body))
        statuses.add(transport.send(request).status)

    assert statuses <= {200, 400, 501}


def test_a_server_on_a_port_answers_many_clients(anyone: Asker) -> None:
    def ask(number: int) -> int:
        with HTTPTransport() as transport:
            url = f"{serving.endpoint}/record/query"
            headers = {"X-Skygear-API-Key": KEY}
            body = json.dumps({"record_type": f"t{number}"}).encode()
            return transport.send(Request("POST", url, headers, body)).status

    with Serving(anyone.server) as serving, ThreadPoolExecutor(32) as pool:
        statuses = set(pool.map(ask, range(200)))

    assert statuses == {200}
