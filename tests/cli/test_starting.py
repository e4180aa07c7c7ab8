"""The command starts soon: it loads what it uses, and that when it is used."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

SERVING = {"cattrs", "sqlalchemy", "uvicorn", "werkzeug"}
HEAVY = {
    "cattrs",
    "cryptography",
    "jwt",
    "psycopg",
    "requests",
    "rich",
    "sqlalchemy",
    "uvicorn",
    "vcr",
    "werkzeug",
}


def loaded_by(source: str) -> set[str]:
    """Return the packages that a program has loaded in the end."""
    told = (
        f"{source}\nimport sys; print(*{{name.split('.')[0] for name in sys.modules}})"
    )
    done = subprocess.run(
        [sys.executable, "-c", told], capture_output=True, text=True, check=True
    )
    return set(done.stdout.splitlines()[-1].split())


def work_until_ready(folder: Path, database: str) -> float:
    """Return how many seconds the processor works until a server listens."""
    start = [sys.executable, "-c", "from skysyn.cli import main; main()", "serve"]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with subprocess.Popen(
        [*start, "--database", database, "--port", "0"],
        cwd=folder,
        env=compiled_in(folder),
        stdout=subprocess.PIPE,
        text=True,
    ) as serving:
        assert serving.stdout is not None
        lines = iter(serving.stdout.readline, "")
        assert any("SKYGEAR_ENDPOINT" in line for line in lines)
        serving.kill()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def compiled_in(folder: Path) -> dict[str, str]:
    """Return an environment in which modules are compiled once, as pip does."""
    environ = dict(os.environ, PYTHONPYCACHEPREFIX=str(folder / "compiled"))
    environ.pop("PYTHONDONTWRITEBYTECODE", None)
    return environ


def test_help_is_shown_without_what_the_commands_need() -> None:
    source = """
from typer.testing import CliRunner
from skysyn.cli.app import app
assert CliRunner().invoke(app, ["--help"]).exit_code == 0
assert CliRunner().invoke(app, ["serve", "--help"]).exit_code == 0
"""

    assert loaded_by(source) & HEAVY == set()


def test_a_server_is_loaded_without_what_it_may_never_use() -> None:
    source = """
from skysyn.server import Server, Serving
with Server() as server, Serving(server):
    pass
"""

    assert loaded_by(source) & (HEAVY | {"redis", "httpx2"}) == SERVING


@pytest.mark.alone
@pytest.mark.parametrize("database", [":memory:", "new.sqlite3"])
def test_a_server_is_ready_after_less_than_a_second_of_work(
    tmp_path: Path, database: str
) -> None:
    worked = [work_until_ready(tmp_path, database) for _ in range(3)]

    assert min(worked) < 1
