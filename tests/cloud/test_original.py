"""The original runtime stands behind this server, as behind its own."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import time
from typing import TYPE_CHECKING

import pytest

from skysyn import Request
from skysyn.server import Server, WSGITransport
from skysyn.server.cloud import RemoteCode
from tests.compat.original import python_with_skygear
from tests.ports import free_port
from tests.server.asking import Asker, settings
from tests.server.conftest import postgres

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from skysyn.models import JSON
    from tests.server.postgres import Postgres

__all__ = ["postgres"]

CODE = """
import skygear
from skygear.error import SkygearException
from skygear.models import Location
from skygear.utils.context import current_user_id

told = []

@skygear.op("hello", user_required=True)
def hello(name="world"):
    return {"to": name, "by": current_user_id(), "at": Location(1, 2)}

@skygear.op("refuse")
def refuse():
    raise SkygearException("not today", 20001, {"a": 1})

@skygear.op("fail")
def fail():
    raise ValueError("boom")

@skygear.handler("page/", method=["GET"])
def page(request):
    return {"path": request.path, "b": request.args["b"]}

@skygear.before_save("note")
def check(record, original, db):
    if not record["title"].strip():
        raise SkygearException("a note has a title", 108, {"arguments": ["title"]})
    record["title"] = record["title"].strip()

@skygear.after_save("note")
def count(record, original, db):
    number = db.execute("SELECT count(*) FROM note").scalar()
    before = original["title"] if original else None
    told.append([before, record["title"], number])

@skygear.before_delete("note")
def keep(record, db):
    if record["title"] == "kept":
        raise SkygearException("keep it", 102)

@skygear.every("* * * * * *")
def tick():
    told.append(["ticked"])

@skygear.op("told")
def tell():
    return told
"""


@pytest.fixture
def database(postgres: Postgres) -> str:
    """The only kind of database that the original has."""
    return postgres.new_database()


@pytest.fixture
def original(tmp_path: Path, database: str) -> Iterator[RemoteCode]:
    """The original runtime with the code above, listening."""
    python = python_with_skygear()
    (tmp_path / "cloud.py").write_text(CODE)
    port = free_port()
    start = "from skygear.bin import main; main()"
    address = ["--http", "--http-addr", f"127.0.0.1:{port}"]
    command: list[str | Path] = [python, "-c", start, *address, "cloud.py"]
    environ = {**os.environ, "DATABASE_URL": database, "APP_NAME": "myapp"}
    with subprocess.Popen(
        command, cwd=tmp_path, env=environ, stderr=subprocess.DEVNULL
    ) as running:
        until = time.monotonic() + 60
        while not _is_open(port) and time.monotonic() < until:
            time.sleep(0.05)
        yield RemoteCode(f"http://127.0.0.1:{port}")
        running.terminate()


def _is_open(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_functions_and_handlers_of_the_original_are_called(
    original: RemoteCode,
) -> None:
    with Server(settings(), original) as server:
        ada = Asker(server).signup("ada")
        found = ada.result("hello", args={"name": "Ada"})
        anyone = Asker(server).code("hello")
        refused = ada.ask("refuse")["error"]
        failed = ada.ask("fail")["error"]
        request = Request("GET", "http://localhost/page/a?b=c")
        page = json.loads(WSGITransport(server).send(request).body)

    place = {"$type": "geo", "$lng": 1, "$lat": 2}
    assert found == {"to": "Ada", "by": ada.user_id, "at": place}
    assert anyone == (401, 101)
    assert (refused["code"], refused["info"]) == (20001, {"a": 1})
    # its traceback stays here
    assert failed == {"name": "UnexpectedError", "code": 10000, "message": "boom"}
    assert page == {"path": "/page/a", "b": "c"}


def saved(asker: Asker, title: str, key: str = "one") -> JSON:
    """Return the entry of a note that is saved, with what hooks made of it."""
    entry = {"_id": f"note/{key}", "title": title}
    found = asker.result("record:save", records=[entry])[0]
    return {name: found.get(name) for name in ("_type", "code", "title")}


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_hooks_of_the_original_change_refuse_and_see_what_is_committed(
    original: RemoteCode, database: str
) -> None:
    with Server(settings(database=database), original) as server:
        ada = Asker(server).signup("ada")
        first, second = saved(ada, " tea "), saved(ada, "kept")
        refused = saved(ada, " ", "two")
        deleted = ada.result("record:delete", ids=["note/one"])[0]
        told = [item for item in ada.result("told") if item != ["ticked"]]

    assert first == {"_type": "record", "code": None, "title": "tea"}
    assert second == {"_type": "record", "code": None, "title": "kept"}
    assert refused == {"_type": "error", "code": 108, "title": None}
    assert (deleted["_type"], deleted["code"]) == ("error", 102)
    assert told == [[None, "tea", 1], ["tea", "kept", 1]]


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_timers_of_the_original_run(original: RemoteCode, database: str) -> None:
    with Server(settings(database=database), original) as server:
        asker, until = Asker(server), time.monotonic() + 60
        while ["ticked"] not in asker.result("told") and time.monotonic() < until:
            time.sleep(0.1)

        assert ["ticked"] in asker.result("told")
