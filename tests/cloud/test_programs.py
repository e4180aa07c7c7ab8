"""Cloud code in the programs that run it: web servers, and a debugger."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.request import ProxyHandler, build_opener

import attrs
import pytest

from skysyn import Field, Record, Skygear, connect
from skysyn.server import Server, Serving
from skysyn.server.cloud import RemoteCode
from tests.server.asking import Asker, settings

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

pytestmark = pytest.mark.slow

SKYSYN = [sys.executable, "-c", "from skysyn.cli import main; main()"]
PROGRAMS = {
    "gunicorn": [
        *(sys.executable, "-m", "gunicorn", "--bind", "127.0.0.1:0"),
        *("--threads", "4", "skysyn.cloud:wsgi('app.py', 'more.py')"),
    ],
    "skysyn cloud run": [
        *(*SKYSYN, "cloud", "run", "app.py", "more.py"),
        *("--http-addr", "127.0.0.1:0"),
    ],
}
CODE = """
import pathlib, time
from skysyn.cloud import before_save, handler, op, options, refuse

@op("slow")
def slow():
    pathlib.Path("began").touch()
    time.sleep(1)
    return "done"

@op("key")
def key():
    return options.masterkey

@handler("page", method=["GET"])
def page(request):
    return request.args["name"]

@before_save("note")
def check(record):
    record["title"] = record["title"].strip()
    if not record["title"]:
        raise refuse(108, "a note needs a title")
"""
MORE = """
from skysyn.cloud import op

@op("more")
def more():
    return ["more"]
"""
DEBUGGED = """
from skysyn.cloud import op

@op("stop")
def stop(name):
    breakpoint()
    return f"hello {name}"
"""


@attrs.frozen
class Program:
    """A program that runs, where it listens, and what it says."""

    process: subprocess.Popen[str]
    url: str

    def call(self, name: str) -> Any:
        """Return the reply to a call of the function *name*."""
        message: dict[str, Any] = {"kind": "op", "name": name, "param": {}}
        opener = build_opener(ProxyHandler({}))
        with opener.open(self.url, json.dumps(message).encode(), 100) as response:
            return json.load(response)


@contextmanager
def running(command: list[str], folder: Path) -> Generator[Program]:
    """Run *command* until the end of the block; it says where it listens."""
    environment = {**os.environ, "MASTER_KEY": "m", "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        assert process.stdout is not None
        said = ""
        while not (found := re.search(r"http://127\.0\.0\.1:[1-9]\d*", said)):
            line = process.stdout.readline()
            assert line, said
            said += line
        try:
            yield Program(process, found[0])
        finally:
            process.kill()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with two modules of cloud code."""
    (tmp_path / "app.py").write_text(CODE)
    (tmp_path / "more.py").write_text(MORE)
    return tmp_path


class Note(Record):
    title: Field[str]


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_server_calls_the_code_in_a_program(folder: Path, program: str) -> None:
    with (
        running(PROGRAMS[program], folder) as found,
        Server(settings(), RemoteCode(found.url)) as server,
        Serving(server) as serving,
        connect(Skygear(serving.endpoint, api_key="client-key")) as session,
    ):
        session.signup(username="ada", password="secret")
        saved = session.save(Note(title=" tea "), Note(title=" "))
        asker = Asker(server)

        assert [note.title for note in saved.saved] == ["tea"]
        assert [f.error.args[0] for f in saved.failed] == ["a note needs a title"]
        assert [asker.result("key"), asker.result("more")] == ["m", ["more"]]


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_program_that_is_told_to_end_answers_first(
    folder: Path, program: str
) -> None:
    with running(PROGRAMS[program], folder) as found, ThreadPoolExecutor(1) as pool:
        calling = pool.submit(found.call, "slow")
        while not (folder / "began").exists():
            time.sleep(0.02)
        found.process.send_signal(signal.SIGTERM)

        assert calling.result(100) == {"result": "done"}
        assert found.process.wait(100) == 0


def test_a_breakpoint_in_a_function_opens_the_debugger(folder: Path) -> None:
    (folder / "app.py").write_text(DEBUGGED)
    options = ["--port", "0", "--api-key", "k", "--response-timeout", "0"]
    command = [*SKYSYN, "serve", "--code", "app.py", "--database", "db", *options]
    with running(command, folder) as found:
        assert found.process.stdin is not None
        found.process.stdin.write("p name * 2\nname = 'Bob'\ncontinue\n")
        found.process.stdin.flush()
        with connect(Skygear(found.url, api_key="k")) as session:
            said = session.op("stop", str)("Ada")
        found.process.send_signal(signal.SIGTERM)
        output, _ = found.process.communicate(timeout=100)

    assert said == "hello Bob"
    assert "(Pdb) 'AdaAda'\n" in output
    assert found.process.returncode == 0
