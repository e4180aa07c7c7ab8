"""Servers with cloud code, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest

from skysyn.cloud import App, Options
from skysyn.server import Server
from tests.server.asking import KEY, MASTER, Asker, settings
from tests.server.conftest import postgres

if TYPE_CHECKING:
    from pathlib import Path

    from tests.server.postgres import Postgres

__all__ = ["postgres"]

Serve = Callable[..., Asker]


@pytest.fixture
def app() -> App:
    """An app of its own."""
    return App(Options(apikey=KEY, masterkey=MASTER))


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database of each kind."""
    if request.param == "sqlite":
        return str(tmp_path / "records.sqlite3")
    running: Postgres = request.getfixturevalue("postgres")
    return running.new_database()


@pytest.fixture
def serve(app: App, database: str) -> Iterator[Serve]:
    """Returns a user of a new server that runs the app as it is then."""
    with ExitStack() as stack:

        def start(**changes: Any) -> Asker:
            made = Server(settings(database=database, **changes), app)
            return Asker(stack.enter_context(made)).signup("ada")

        yield start
