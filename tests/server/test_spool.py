"""Long answers take no memory, and keep nobody from writing."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text
from werkzeug.test import create_environ

from skysyn import HTTPTransport, Request
from skysyn.server import Server, Serving, WSGIApp
from skysyn.server.spool import Spool
from skysyn.server.store import Store

from .asking import KEY, MASTER, Asker, settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

RECORDS = 200_000
MIB = 1024 * 1024
_ROWS = """
INSERT INTO note (_id, _database_id, _owner_id, _created_at, _created_by,
                  _updated_at, _updated_by, title, n)
SELECT 'n' || i, '', 'ada', :now, 'ada', :now, 'ada', 'note number ' || i, i
FROM {rows} LIMIT :count"""
_SERIES = {
    True: "(WITH RECURSIVE t(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM t) "
    "SELECT i FROM t)",
    False: "generate_series(1, 1000000) AS i",
}


def fill(database: str, count: int) -> None:
    """Make an app with many notes, sooner than clients could."""
    with Server(settings(database=database)) as server:
        Asker(server).as_master().save({"_id": "note/0", "title": "first", "n": 0})
    store = Store(database, "myapp")
    with store.write() as work:
        rows = text(_ROWS.format(rows=_SERIES[work.is_sqlite]))
        when = {"now": "2020-01-01 00:00:00.000000", "count": count - 1}
        work.connection.execute(rows, when)
    store.close()


# in a process of its own, whose memory is measured
_READER = """
import io, json, sys
from pathlib import Path
from skysyn.server import Server, Settings, WSGIApp

def peak():
    words = Path("/proc/self/status").read_text().split()
    return int(words[words.index("VmHWM:") + 1]) * 1024

def ask(**payload):
    payload = {"action": "record:query", "record_type": "note", **payload}
    body = json.dumps({**payload, "api_key": "key"}).encode()
    environ = {"REQUEST_METHOD": "POST", "PATH_INFO": "/", "SERVER_NAME": "x",
               "SERVER_PORT": "80", "wsgi.url_scheme": "http",
               "wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body))}
    pieces = app(environ, lambda status, headers: None)
    size = rows = 0
    end = b""
    for piece in pieces:
        size += len(piece)
        rows += (end + piece).count(b'"_id"')
        end = piece[-4:]
    return size, rows

by = [[{"$type": "keypath", "$val": "n"}, "desc"]]
maker = {"maker": {"$type": "keypath", "$val": "_created_by"}}
with Server(Settings(database=sys.argv[1], master_key="key")) as server:
    app = WSGIApp(server)
    ask(limit=1000, count=True, sort=by, include=maker)
    Path("/proc/self/clear_refs").write_text("5")  # forgets older peaks
    before = peak()
    size, rows = ask(count=True, sort=by, include=maker)
    print(json.dumps([size, rows, peak() - before]))
"""


def read_all(database: str) -> tuple[int, int, int]:
    """Return the size of an answer, its records, and the memory that it took."""
    command = [sys.executable, "-c", _READER, database]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    size, rows, grown = json.loads(done.stdout)
    return size, rows, grown


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_many_records_take_little_memory(
    engine: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    database = str(tmp_path / "db")
    if engine == "postgresql":
        database = request.getfixturevalue("postgres").new_database()
    fill(database, RECORDS)

    size, rows, grown = read_all(database)

    assert rows == RECORDS
    assert size > 40 * MIB
    assert grown < 60 * MIB


def query(server: Server) -> Iterable[bytes]:
    """Return the body of an answer, of which nothing is read yet."""
    environ = create_environ(
        "/record/query",
        method="POST",
        headers={"X-Skygear-API-Key": KEY},
        data=b'{"record_type": "note"}',
    )
    return WSGIApp(server)(environ, start)


def start(*_: object) -> Callable[[bytes], object]:
    return bytearray().extend


def test_who_reads_slowly_keeps_nobody_from_writing(tmp_path: Path) -> None:
    database = str(tmp_path / "db")
    fill(database, 20_000)
    with Server(settings(database=database)) as server:
        master = Asker(server).as_master()

        body = query(server)
        assert isinstance(body, Spool)
        first = next(body)
        master.result("schema:delete", record_type="note", item_name="title")
        server.reset(server.snapshot())
        records = json.loads(first + b"".join(body))["result"]

    assert len(records) == 20_000
    assert records[0]["title"] == "first"


def test_a_client_that_leaves_early_harms_nobody(tmp_path: Path) -> None:
    database = str(tmp_path / "db")
    fill(database, 20_000)
    body = b'{"record_type": "note"}'
    url, headers = "/record/query", {"X-Skygear-API-Key": MASTER}
    with Server(settings(database=database)) as server, Serving(server) as serving:
        head = f"POST {url} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n"
        head += f"X-Skygear-API-Key: {MASTER}\r\n\r\n"
        for _ in range(5):
            with socket.create_connection(("127.0.0.1", serving.port)) as leaving:
                leaving.sendall(head.encode() + body)
                leaving.recv(1000)

        with HTTPTransport() as transport:
            ask = Request("POST", serving.endpoint + url, headers, body)
            answer = transport.send(ask)
        Asker(server).as_master().save({"_id": "note/new"})

    assert len(json.loads(answer.body)["result"]) == 20_000


def test_what_fails_in_the_middle_is_one_error(anyone: Asker) -> None:
    anyone.as_master().save(*({"_id": f"note/{n}", "n": n} for n in range(3)))

    only = anyone.code("record:query", record_type="note", desired_keys=["nope"])

    assert only == (500, 10000)
