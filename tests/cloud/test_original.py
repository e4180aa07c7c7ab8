"""The original runtime stands behind this server, as behind its own."""

from __future__ import annotations

import json
import socket
import subprocess
import time
from typing import TYPE_CHECKING

import pytest

from skysyn import Request
from skysyn.server import Server, WSGITransport
from skysyn.server.cloud import RemoteCode
from tests.compat.original import python_with_skygear
from tests.server.asking import Asker, settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CODE = """
import skygear
from skygear.error import SkygearException
from skygear.models import Location
from skygear.utils.context import current_user_id

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
"""


@pytest.fixture
def original(tmp_path: Path) -> Iterator[RemoteCode]:
    """The original runtime with the code above, listening."""
    python = python_with_skygear()
    (tmp_path / "cloud.py").write_text(CODE)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    start = "from skygear.bin import main; main()"
    address = ["--http", "--http-addr", f"127.0.0.1:{port}"]
    command: list[str | Path] = [python, "-c", start, *address, "cloud.py"]
    with subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.DEVNULL) as running:
        until = time.monotonic() + 30
        while not _is_open(port) and time.monotonic() < until:
            time.sleep(0.05)
        yield RemoteCode(f"http://127.0.0.1:{port}")
        running.terminate()


def _is_open(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.mark.slow
@pytest.mark.timeout(400)
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
