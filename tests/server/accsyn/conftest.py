"""An accsyn server for each test, on SQLite and on PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from .world import World, settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from skysyn import AccsynSession
    from tests.server.postgres import Postgres


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """One workspace, in memory."""
    made = World.make(settings(tmp_path))
    with made.server:
        yield made


@pytest.fixture(params=["sqlite", "postgresql"])
def each_world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    """One workspace, on each kind of database."""
    database = ":memory:"
    if request.param == "postgresql":
        running: Postgres = request.getfixturevalue("postgres")
        database = running.new_database()
    made = World.make(settings(tmp_path, database=database))
    with made.server:
        yield made


@pytest.fixture
def kim(world: World) -> Iterator[AccsynSession]:
    """An administrator."""
    with world.session() as session:
        yield session
