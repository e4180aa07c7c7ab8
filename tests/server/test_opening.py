"""Transactions begin with a question, see one moment, and are whole or not at all."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from skysyn.errors import DeclarationError
from skysyn.server.store.database import Database

from .statements import statements

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Connection

COUNT = "SELECT count(*) FROM note"


@pytest.fixture(params=["sqlite", "memory", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database with an empty table of notes."""
    urls = {"sqlite": str(tmp_path / "db"), "memory": ":memory:"}
    url = urls.get(request.param) or request.getfixturevalue("postgres").new_database()
    with closing(Database(url, "app")) as made:
        with made.write() as (connection, _):
            connection.execute(text("CREATE TABLE note (id INTEGER PRIMARY KEY)"))
        yield made


def add(connection: Connection) -> None:
    connection.execute(text("INSERT INTO note VALUES (1)"))


def add_and_fail(database: Database) -> None:
    with database.write() as (connection, _):
        add(connection)
        raise ZeroDivisionError


def count(database: Database) -> int:
    with database.read(COUNT) as (_, found):
        return int(found)


def test_what_is_asked_first_comes_with_the_transaction(database: Database) -> None:
    with statements() as said, database.write(COUNT) as (connection, found):
        add(connection)
        seen = connection.execute(text(COUNT)).scalar_one()

    assert (found, seen, count(database)) == (0, 1, 1)
    if not database.is_sqlite:
        assert said[0] == f"BEGIN; {COUNT}"


def test_an_error_undoes_what_was_written(database: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        add_and_fail(database)

    assert count(database) == 0


def test_a_question_that_fails_leaves_nothing_behind(database: Database) -> None:
    for opened in (database.read, database.write):
        with pytest.raises(DBAPIError), opened("SELECT nothing FROM nowhere"):
            pass

    assert count(database) == 0


def test_savepoints_undo_a_part(database: Database) -> None:
    with database.write() as (connection, _):
        add(connection)
        with pytest.raises(DBAPIError), connection.begin_nested():
            add(connection)

    assert count(database) == 1


def test_what_reads_sees_one_moment_and_cannot_write(database: Database) -> None:
    if database.is_memory:
        pytest.skip("a database in memory has one connection, so nobody else writes")
    with database.read(COUNT) as (reading, first):
        with database.write() as (writing, _):
            add(writing)
        later = reading.execute(text(COUNT)).scalar_one()

        assert (first, later) == (0, 0)
        with pytest.raises(DBAPIError):
            reading.execute(text("INSERT INTO note VALUES (2)"))

    assert count(database) == 1


def test_a_connection_for_others_begins_a_transaction_itself(
    database: Database,
) -> None:
    with database.connect() as connection:
        add(connection)
        connection.rollback()
        add(connection)
        connection.commit()

    assert count(database) == 1


def test_a_database_needs_a_name() -> None:
    with pytest.raises(DeclarationError, match="no database is named"):
        Database("", "app")
