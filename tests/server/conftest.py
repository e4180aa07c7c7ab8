"""A server for each test, on SQLite and on PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from skysyn.server import Server

from .asking import Asker, settings
from .postgres import Postgres, find_programs
from .redis_server import RedisServer, find_program

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL of our own; without its programs the test is skipped."""
    programs = find_programs()
    if programs is None:
        pytest.skip("PostgreSQL is not installed: no initdb was found")
    with Postgres(programs) as running:
        yield running


@pytest.fixture(scope="session")
def redis_server() -> Iterator[RedisServer]:
    """A Redis of our own; without its program the test is skipped."""
    program = find_program()
    if program is None:
        pytest.skip("Redis is not installed: no redis-server was found")
    with RedisServer(program) as running:
        yield running


@pytest.fixture(params=["sqlite", "postgresql"])
def anyone(request: pytest.FixtureRequest) -> Iterator[Asker]:
    """Somebody without an account, on each kind of database."""
    database = ":memory:"
    if request.param == "postgresql":
        running: Postgres = request.getfixturevalue("postgres")
        database = running.new_database()
    with Server(settings(database=database)) as server:
        yield Asker(server)


@pytest.fixture
def ada(anyone: Asker) -> Asker:
    """A user."""
    return anyone.signup("ada")


@pytest.fixture
def bob(anyone: Asker) -> Asker:
    """Another user of the same server."""
    return anyone.signup("bob")


@pytest.fixture
def master(anyone: Asker) -> Asker:
    """Who has the master key of the same server."""
    return anyone.as_master()
