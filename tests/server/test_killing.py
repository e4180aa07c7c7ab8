"""A server that is killed: what it acknowledged is there, and batches are whole."""

from __future__ import annotations

import json
import random
import sqlite3
import threading
import time
from contextlib import closing
from itertools import count
from typing import TYPE_CHECKING

import attrs
import pytest

from skysyn import HTTPTransport, Request
from skysyn.errors import TransportError
from skysyn.server.store import Store

from .asking import KEY, MASTER
from .campaigns import SCALE
from .nursery import Nursery

if TYPE_CHECKING:
    from pathlib import Path

    from .postgres import Postgres

pytestmark = pytest.mark.slow

KILLS, CLIENTS = 25 * SCALE, 8

_SCRIPT = """
import sys
from contextlib import contextmanager
from skysyn.server import Server, Serving, Settings

database, api_key, master_key = sys.argv[1:]
settings = Settings(database=database, api_key=api_key, master_key=master_key)

@contextmanager
def serving():
    with Server(settings) as server, Serving(server) as served:
        yield served

# what is imported when it is first used is so before there are any servers
with Server() as server, Serving(server):
    pass
"""


@attrs.define
class Campaign:
    """Clients that save, and a server that is killed while they do."""

    acknowledged: set[str] = attrs.field(factory=set[str])
    last: dict[int, int] = attrs.field(factory=dict[int, int])
    # made once, as each reads the certificates that it would trust
    transports: list[HTTPTransport] = attrs.field(
        factory=lambda: [HTTPTransport() for _ in range(CLIENTS)]
    )
    _told: threading.Semaphore = attrs.field(factory=lambda: threading.Semaphore(0))
    _numbers: count[int] = attrs.field(factory=lambda: count(1))

    def kill(self, nursery: Nursery, dice: random.Random) -> None:
        """Save from all clients, and kill the server after some batches."""
        served, stopped = nursery.start(), threading.Event()
        clients = [
            threading.Thread(target=self._save, args=(served.endpoint, stopped, client))
            for client in range(CLIENTS)
        ]
        for client in clients:
            client.start()
        for _ in range(dice.randrange(1, 40)):
            self._told.acquire(timeout=30)
        time.sleep(0.01 * dice.random())
        served.kill()
        stopped.set()
        for client in clients:
            client.join()

    def _save(self, endpoint: str, stopped: threading.Event, client: int) -> None:
        transport = self.transports[client]
        while not stopped.is_set():
            number = next(self._numbers)
            batch = f"{client}-{number}"
            three = [{"_id": f"b/{batch}-{n}", "batch": batch} for n in range(3)]
            last = {"_id": f"last/{client}", "batch": batch, "n": number}
            records = [*three, last]
            body = json.dumps({"records": records, "atomic": True}).encode()
            headers = {"X-Skygear-API-Key": MASTER}
            url = f"{endpoint}/record/save"
            try:
                answer = transport.send(Request("POST", url, headers, body))
            except TransportError:
                continue
            if answer.status == 200:
                self.acknowledged.add(batch)
                self.last[client] = number
                self._told.release()


@attrs.frozen
class Remains:
    """What a database holds: how many records of each batch, and the last of each."""

    sizes: dict[str, int]
    last: dict[str, tuple[str, int]]

    @classmethod
    def read(cls, database: str) -> Remains:
        if not database.startswith("postgresql"):
            with closing(sqlite3.connect(database)) as opened:
                assert opened.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        store = Store(database, "myapp")
        with closing(store), store.read() as work:
            run = work.connection.exec_driver_sql
            sizes = run("SELECT batch, count(*) FROM b GROUP BY batch").all()
            last = run("SELECT _id, batch, n FROM last").all()
        return cls(
            {batch: int(size) for batch, size in sizes},
            {client: (batch, int(number)) for client, batch, number in last},
        )


@pytest.mark.timeout(900)
@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_a_killed_server_keeps_what_it_acknowledged_and_whole_batches(
    engine: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    database = str(tmp_path / "db")
    if engine == "postgresql":
        postgres: Postgres = request.getfixturevalue("postgres")
        database = postgres.new_database()
    campaign, dice = Campaign(), random.Random(7)

    with Nursery(_SCRIPT, database, KEY, MASTER) as nursery:
        for _ in range(KILLS):
            campaign.kill(nursery, dice)
    remains = Remains.read(database)

    assert campaign.acknowledged - remains.sizes.keys() == set()
    assert set(remains.sizes.values()) == {3}
    for client, (batch, number) in remains.last.items():
        assert number >= campaign.last.get(int(client), 0)
        assert batch == f"{client}-{number}"
        assert batch in remains.sizes
    assert len(campaign.acknowledged) > KILLS
