"""`skysyn serve --accsyn`: serves workspaces, and refuses what cannot be served."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from skysyn import Skygear, connect
from skysyn.accsyn import Session
from skysyn.cli.app import app
from skysyn.errors import SkysynError

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

WORKSPACE = ["--accsyn", "acmefilm"]
START = [sys.executable, "-c", "from skysyn.cli import main; main()", "serve"]


def exported(process: subprocess.Popen[str], last: str) -> dict[str, str]:
    """Return what the command says to put into the environment, up to *last*."""
    assert process.stdout is not None
    found: dict[str, str] = {}
    while last not in found:
        name, _, value = process.stdout.readline().partition("=")
        found[name.removeprefix("export ")] = value.strip()
    return found


@contextmanager
def started(*options: str) -> Generator[subprocess.Popen[str]]:
    """Start the command; it is gone afterwards."""
    process = subprocess.Popen(
        [*START, "--port", "0", "--database", ":memory:", *options],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def test_a_workspace_is_served_until_it_is_told_to_stop(tmp_path: Path) -> None:
    (tmp_path / "a.mov").write_bytes(b"x" * 1000)
    options = [*WORKSPACE, "--share", f"proj={tmp_path}", "--accsyn-rate-limit"]
    options += ["--accsyn-user", "kim@x.example=admin:k", "--speed", "60"]

    with started(*options) as process:
        said = exported(process, "ACCSYN_PROXY")
        user, key = said["ACCSYN_API_USER"], said["ACCSYN_API_KEY"]
        with Session("acmefilm", user, key, proxy=said["ACCSYN_PROXY"]) as session:
            size = session.getsize("share=proj/a.mov")
        process.send_signal(signal.SIGTERM)
        process.wait(60)

    assert (user, key, size) == ("kim@x.example", "k", 1000)
    assert process.returncode == 0


def test_workspaces_may_have_a_port_of_their_own() -> None:
    options = [*WORKSPACE, "--accsyn-user", "kim@x.example=admin:k"]

    with started(*options, "--accsyn-port", "0") as process:
        said = exported(process, "ACCSYN_PROXY")
        here, there = said["ACCSYN_PROXY"], said["SKYGEAR_ENDPOINT"]
        with Session("acmefilm", "kim@x.example", "k", proxy=here) as session:
            users = session.find("User")
        other = f"accsyn:{there.removeprefix('http://')}"
        with pytest.raises(SkysynError):
            Session("acmefilm", "kim@x.example", "k", proxy=other).find("User")
        with connect(Skygear(there, api_key=said["SKYGEAR_API_KEY"])) as app_session:
            app_session.signup(username="ada", password="secret")

    assert users is not None
    assert len(users) == 1
    assert here.rpartition(":")[2] != there.rpartition(":")[2]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ([*WORKSPACE, "--share", "proj"], "write CODE=DIR"),
        ([*WORKSPACE, "--share", "proj=/nowhere"], "write CODE=DIR"),
        ([*WORKSPACE, "--share", "p=/", "--share", "p=/tmp"], "is a folder already"),
        (["--share", "p=/"], "name a workspace with --accsyn"),
        (["--accsyn-rate-limit"], "name a workspace with --accsyn"),
        (["--speed", "60"], "name a workspace with --accsyn"),
        (["--accsyn-port", "0"], "name a workspace with --accsyn"),
        (["--accsyn-session-seconds", "5"], "name a workspace with --accsyn"),
    ],
)
def test_options_that_cannot_be_are_refused(options: list[str], said: str) -> None:
    command = ["serve", "--port", "0", "--database", ":memory:", *options]
    done = CliRunner(env={"COLUMNS": "200"}).invoke(app, command)

    assert (done.exit_code, said in done.output) == (2, True)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--accsyn", "bad/code"], "is no workspace"),
        (["--accsyn", "bad name"], "'bad name' is no workspace"),
        ([*WORKSPACE, "--accsyn", "ACMEfilm"], "each only once"),
        ([*WORKSPACE, "--speed", "0"], "is no speed"),
        ([*WORKSPACE, "--speed", "nan"], "is no speed"),
        ([*WORKSPACE, "--speed", "inf"], "is no speed"),
        ([*WORKSPACE, "--share", "p/x=/"], "is no code of a share"),
        ([*WORKSPACE, "--share", "p=/", "--share", "P=/"], "in any case"),
        ([*WORKSPACE, "--accsyn-user", "kim=king"], "is no role"),
        ([*WORKSPACE, "--accsyn-user", "=admin"], "is no user"),
        (
            [*WORKSPACE, "--accsyn-user", "kim", "--accsyn-user", "kim=standard"],
            "is named twice",
        ),
    ],
)
def test_settings_that_cannot_be_are_refused(options: list[str], said: str) -> None:
    command = ["serve", "--port", "0", "--database", ":memory:", *options]
    done = CliRunner().invoke(app, command)

    assert (done.exit_code, said in done.output) == (1, True), done.output
    assert done.output.startswith("cannot serve: ")
