"""Reading is fast: by indexes, and without a statement for one id; and of one time."""

from __future__ import annotations

from contextlib import contextmanager
from itertools import product
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import create_engine, inspect, text

from skysyn.server import Server
from skysyn.server.store import Store

from .asking import Asker, settings

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from sqlalchemy import Connection

_ORDERS = ["order of note._created_at", "order of note._updated_at"]


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'db'}"
    found: str = request.getfixturevalue("postgres").new_database()
    return found


@contextmanager
def app(database: str) -> Generator[Connection]:
    """Open a transaction in the tables of the app, past the server."""
    engine = create_engine(database.replace("postgresql:", "postgresql+psycopg:"))
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SET search_path = app_myapp"))
        yield connection
    engine.dispose()


def orders(database: str) -> list[str]:
    """Return the names of the indexes by which notes are ordered."""
    with app(database) as connection:
        found = [
            str(index["name"]) for index in inspect(connection).get_indexes("note")
        ]
    return sorted(name for name in found if name.startswith("order of"))


def test_the_newest_are_found_by_indexes_which_older_tables_get(database: str) -> None:
    with Server(settings(database=database)) as server:
        Asker(server).as_master().save({"_id": "note/1"})
    made = orders(database)
    with app(database) as connection:
        for name in _ORDERS:
            connection.execute(text(f'DROP INDEX "{name}"'))
    dropped = orders(database)

    Server(settings(database=database)).close()

    assert (made, dropped, orders(database)) == (_ORDERS, [], _ORDERS)


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"desired_keys": ["n"]},
        {"desired_keys": ["unknown"]},
        {"include": {"who": {"$type": "keypath", "$val": "_owner_id"}}},
        {"include": {"to": {"$type": "keypath", "$val": "to"}}},
        {"limit": 0},
        {"limit": 1},
        {"limit": -1},
        {"offset": 1},
        {"count": True},
        {"sort": [[{"$type": "keypath", "$val": "unknown"}, "asc"]]},
        {"database_id": "_private"},
        {"record_type": "unknown"},
    ],
)
def test_a_query_for_one_id_is_answered_as_any_other(
    ada: Asker, bob: Asker, more: dict[str, Any]
) -> None:
    ada.save({"_id": "note/1", "n": 1, "_access": None})
    ada.save({"_id": "note/2", "n": 2, "_access": []})
    ada.save({"_id": "note/4", "to": {"$type": "ref", "$id": "note/1"}})
    asked = {"record_type": "note", **more}

    for asker, key in product((ada, bob, ada.as_master()), ("1", "2", "4", "", "\0")):
        same = ["eq", {"$type": "keypath", "$val": "_id"}, key]
        alone = asker.ask("record:query", predicate=same, **asked)

        assert alone == asker.ask("record:query", predicate=["and", same], **asked)


def test_what_reads_sees_everything_as_it_was_at_one_time(database: str) -> None:
    count = text("SELECT count(*) FROM note")
    with Server(settings(database=database)) as server:
        master = Asker(server).as_master()
        master.save({"_id": "note/1"})
        store = Store(database, "myapp")
        with store.read() as work:
            before = work.connection.execute(count).scalar()
            master.save({"_id": "note/2"})
            after = work.connection.execute(count).scalar()
        store.close()

    assert (before, after) == (1, 1)
