"""The real clients of Skygear cannot tell the server from the original.

Each tells the same story, in its own words; its steps are in clients/steps.txt.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from skysyn.server import Server, Serving
from skysyn.server.push import Push
from tests.compat.original import python_with_skygear

from .asking import KEY, MASTER, settings
from .installing import node, npm_package

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .postgres import Postgres

CLIENTS = Path(__file__).parent / "clients"
STEPS = (CLIENTS / "steps.txt").read_text().splitlines()
SECRET = "asset-secret"

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.fixture(params=["sqlite", "postgresql"])
def endpoint(request: pytest.FixtureRequest) -> Iterator[str]:
    """Where a new server is, on each kind of database, which in the end has pushed."""
    database = ":memory:"
    if request.param == "postgresql":
        running: Postgres = request.getfixturevalue("postgres")
        database = running.new_database()
    push = Push(record=True)
    made = settings(database=database, asset_secret=SECRET, push=push)
    with Server(made) as server, Serving(server) as serving:
        yield serving.endpoint
        assert server.settle(60)
        pushed = [(found.device.token, found.content) for found in server.pushes]
    assert sorted(str(content["collapse_key"]) for _, content in pushed) == [
        "device",
        "user",
    ]
    assert {token for token, _ in pushed} == {"token-2"}


@pytest.fixture(scope="session")
def packages() -> Path:
    """The folder that the npm package is installed in."""
    return npm_package("skygear", "1.7.2")


@pytest.fixture(scope="session")
def python() -> Path:
    """The Python that has the PyPI package, but for what it compiles and never uses."""
    return python_with_skygear()


def tell(endpoint: str, *command: str | Path, **more: str) -> None:
    """Have a client tell its story; fail unless every step is fine."""
    story = {"ENDPOINT": endpoint, "KEY": KEY, "MASTER_KEY": MASTER}
    named = {f"STORY_{name}": value for name, value in (story | more).items()}
    done = subprocess.run(
        command,
        cwd=CLIENTS.parent,
        env={**os.environ, "NO_PROXY": "127.0.0.1", "PYTHONUTF8": "1", **named},
        capture_output=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )

    assert done.stdout.splitlines() == [f"ok {step}" for step in STEPS], done.stderr


def test_the_story_is_long_enough() -> None:
    assert len(STEPS) >= 40


def test_the_javascript_client_tells_the_story(endpoint: str, packages: Path) -> None:
    tell(endpoint, *node(), CLIENTS / "story.js", PACKAGES=f"{packages}{os.sep}")


def test_the_python_client_tells_the_story(endpoint: str, python: Path) -> None:
    tell(endpoint, python, "-Wignore", "-m", "clients.story", ASSET_SECRET=SECRET)


def test_our_own_client_tells_the_story(endpoint: str) -> None:
    tell(endpoint, sys.executable, "-Werror", "-m", "clients.ours")
