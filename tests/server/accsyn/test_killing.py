"""A server that is killed: what it acknowledged is there, and jobs are whole."""

from __future__ import annotations

import fcntl
import random
import sqlite3
import threading
import time
from contextlib import closing
from itertools import count
from typing import TYPE_CHECKING

import attrs
import pytest

from skysyn import Accsyn, HTTPTransport, connect
from skysyn import accsyn as a
from skysyn.errors import TransportError
from skysyn.server.accsyn import Account, AccsynServer, AccsynSettings, Space
from skysyn.server.accsyn.tables import JOBS, TASKS
from skysyn.server.accsyn.unfinished import mark_of, part
from tests.server.campaigns import SCALE
from tests.server.nursery import Nursery

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from skysyn import AccsynSession

pytestmark = pytest.mark.slow

KILLS, CLIENTS, FILES = 4 * SCALE, 6, 3
WHOLE = b"whole" * 20_000
KIM, KEY = "kim@acme.example", "key-of-kim"

_SCRIPT = """
import sys
from contextlib import contextmanager
from pathlib import Path
from skysyn.server import Serving
from skysyn.server.accsyn import AccsynServer, AccsynSettings, Account, Space

database, folder, user, key = sys.argv[1:]
space = Space("acmefilm", (Account(user, "admin", key),), {"proj": Path(folder)})
settings = AccsynSettings(
    spaces=(space,), database=database, speed=2000, copy_seconds=0
)

@contextmanager
def serving():
    with AccsynServer(settings) as server, Serving(server) as served:
        yield served
"""


def session_at(endpoint: str) -> AccsynSession:
    host, _, port = endpoint.removeprefix("http://").partition(":")
    dialect = Accsyn(
        "acmefilm",
        username=KIM,
        api_key=KEY,
        hostname=host,
        port=int(port),
        scheme="http",
    )
    return connect(dialect, transport=HTTPTransport())


@attrs.define
class Campaign:
    """Clients that create transfers, and a server that is killed while they do."""

    acknowledged: set[str] = attrs.field(factory=set[str])
    _told: threading.Semaphore = attrs.field(factory=lambda: threading.Semaphore(0))
    _numbers: count[int] = attrs.field(factory=lambda: count(1))

    def kill(self, nursery: Nursery, dice: random.Random) -> None:
        """Create transfers from all clients, and kill the server after some."""
        served, stopped = nursery.start(), threading.Event()
        clients = [
            threading.Thread(target=self._create, args=(served.endpoint, stopped))
            for _ in range(CLIENTS)
        ]
        for client in clients:
            client.start()
        for _ in range(dice.randrange(1, 10)):
            self._told.acquire(timeout=30)
        time.sleep(0.02 * dice.random())
        served.kill()
        stopped.set()
        for client in clients:
            client.join()

    def _create(self, endpoint: str, stopped: threading.Event) -> None:
        with session_at(endpoint) as session:
            while not stopped.is_set():
                name = f"batch-{next(self._numbers)}"
                tasks = [
                    a.NewTask(
                        source=f"share=proj/{n}.mov",
                        destination=f"share=proj/{name}/{n}.mov",
                    )
                    for n in range(FILES)
                ]
                try:
                    session.create(a.NewTransfer(name=name, tasks=tasks))
                except TransportError:
                    continue
                self.acknowledged.add(name)
                self._told.release()


@attrs.frozen
class Remains:
    """What a database holds: tasks by their job's name, and those that are done."""

    tasks: dict[str, int]
    done: Sequence[str]

    @classmethod
    def read(cls, database: str, folder: Path) -> Remains:
        if not database.startswith("postgresql"):
            with closing(sqlite3.connect(database)) as opened:
                assert opened.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        space = Space("acmefilm", (Account(KIM, api_key=KEY),), {"proj": folder})
        settings = AccsynSettings(spaces=(space,), database=database, speed=2000)
        with (
            AccsynServer(settings) as server,
            server.store.read("acmefilm", server.now()) as work,
        ):
            jobs = {row["id"]: row["name"] for row in work.rows(JOBS.table)}
            tasks = work.rows(TASKS.table)
        names = [jobs[task["job"]] for task in tasks]
        done = [t["destination"]["path"] for t in tasks if t["status"] == "done"]
        return cls({name: names.count(name) for name in names}, done)


@pytest.mark.timeout(900)
@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_a_killed_server_keeps_what_it_acknowledged_and_whole_files(
    engine: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    database, folder = str(tmp_path / "db"), tmp_path / "share"
    if engine == "postgresql":
        database = request.getfixturevalue("postgres").new_database()
    folder.mkdir()
    for number in range(FILES):
        (folder / f"{number}.mov").write_bytes(WHOLE)
    campaign, dice = Campaign(), random.Random(7)

    with Nursery(_SCRIPT, database, str(folder), KIM, KEY) as nursery:
        for _ in range(KILLS):
            campaign.kill(nursery, dice)
    remains = Remains.read(database, folder)

    assert campaign.acknowledged - remains.tasks.keys() == set()
    assert set(remains.tasks.values()) == {FILES}
    copied = [path for path in folder.glob("*/*.mov") if path.is_file()]
    assert {path.read_bytes() for path in copied} == {WHOLE}
    there = {str(path.relative_to(folder)) for path in copied}
    assert {path.strip("/") for path in remains.done} - there == set()
    assert len(campaign.acknowledged) > KILLS


def wait_for(job: a.Transfer, status: str) -> None:
    until = time.monotonic() + 60
    while job.status != status:
        assert time.monotonic() < until
        time.sleep(0.02)
        job.refresh()


def test_a_server_killed_while_it_copies_copies_again(tmp_path: Path) -> None:
    out = tmp_path / "share/out"
    out.mkdir(parents=True)
    (tmp_path / "share/a.mov").write_bytes(WHOLE)
    new = a.NewTransfer(
        source="share=proj/a.mov",
        destination="share=proj/out/",
        status=a.JobStatus.PAUSED,
    )
    with Nursery(_SCRIPT, str(tmp_path / "db"), str(tmp_path / "share"), KIM, KEY) as n:
        first = n.start()
        with session_at(first.endpoint) as session:
            job = session.create(new)
            [task] = session.query(a.Task).parent(job).all()
            half = out / part(mark_of("acmefilm", str(task.id)))
            with half.open("wb") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                file.write(b"half")
                job.status = a.JobStatus.WAITING
                job.save()
                wait_for(job, "running")
                wait_until(lambda: len(list(out.glob(".skysyn-*.lock"))) == 1)
                first.kill()
        second = n.start()
        with session_at(second.endpoint) as session:
            again = session.get(a.Transfer, job.id)
            wait_for(again, "done")
        second.kill()

    assert {path.name: path.read_bytes() for path in out.iterdir()} == {"a.mov": WHOLE}


def wait_until(is_so: Callable[[], bool]) -> None:
    until = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.02)
