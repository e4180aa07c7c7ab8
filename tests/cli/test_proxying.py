"""`skysyn proxy`: forwards until it is told to stop, and refuses what is unsafe."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from skysyn.accsyn import Session
from skysyn.cli.app import app
from tests.server.accsyn.worlds import KEY, USER, served

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

UPSTREAM = ["--upstream", "https://acmefilm.accsyn.com"]


@contextmanager
def started(*options: str) -> Generator[tuple[subprocess.Popen[str], str]]:
    """Start the command; return it, and what it says to put into ACCSYN_PROXY."""
    # as a shell starts what is to run in the background
    command = ["sh", "-c", "trap '' INT; exec \"$@\"", "sh", sys.executable, "-c"]
    command += ["from skysyn.cli import main; main()", "proxy"]
    process = subprocess.Popen(
        [*command, "--listen", "127.0.0.1:0", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    with process:
        try:
            assert process.stdout is not None
            said = [process.stdout.readline(), process.stdout.readline()]
            yield process, said[1].strip().removeprefix("export ACCSYN_PROXY=")
        finally:
            process.kill()


def said_until(text: str, process: subprocess.Popen[str]) -> str:
    """Return what *process* says up to the line with *text*."""
    said = ""
    assert process.stdout is not None
    for line in process.stdout:
        said += line
        if text in line:
            break
    return said


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_forwards_until_it_is_told_to_stop(tmp_path: Path, number: int) -> None:
    with served(tmp_path, "hostname") as world:
        upstream = f"https://localhost:{world.options['port']}"
        options = (
            "--upstream",
            upstream,
            "--ca",
            str(world.ca),
            "--log-level",
            "debug",
        )
        with started(*options) as (process, proxy):
            with Session("acmefilm", USER, KEY, proxy=proxy) as session:
                found = session.find("Volume", attributes=["code"])
            said = said_until("GET '/api/v3/event' 200", process)
            process.send_signal(number)
            said += process.communicate(timeout=60)[0]

    assert found == [{"code": "proj"}]
    assert re.search(r"INFO:skysyn.proxy:GET '/api/v3/event' 200 \d+\.\d+s", said)
    assert (process.returncode, "# stopped" in said.splitlines()) == (0, True)
    assert "%22" not in said


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--listen", "0.0.0.0:0", *UPSTREAM], "--expose"),
        (["--listen", "proxy.example:1", *UPSTREAM], "--expose"),
        (["--listen", "8181:", *UPSTREAM], "is no address"),
        (["--listen", "127.0.0.1:99999", *UPSTREAM], "is no address"),
        ([], "--upstream"),
        ([*UPSTREAM, "--log-level", "loud"], "no log level is called 'loud'"),
    ],
)
def test_options_that_cannot_be_are_refused(options: list[str], said: str) -> None:
    done = CliRunner(env={"COLUMNS": "200"}).invoke(app, ["proxy", *options])

    assert (done.exit_code, said in done.output) == (2, True)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--upstream", "http://acmefilm.accsyn.com"], "would show keys"),
        (["--upstream", "acmefilm"], "is no upstream"),
        ([*UPSTREAM, "--registry", "ftp://a.test"], "is no upstream"),
        ([*UPSTREAM, "--upstream", "https://b.accsyn.com"], "by its workspace"),
        ([*UPSTREAM, "--ca", "nowhere.pem"], "cannot load the authorities"),
    ],
)
def test_upstreams_that_cannot_be_are_refused(options: list[str], said: str) -> None:
    command = ["proxy", "--listen", "127.0.0.1:0", *options]
    done = CliRunner().invoke(app, command)

    assert (done.exit_code, said in done.output) == (1, True)
