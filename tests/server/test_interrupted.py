"""What comes in the way of requests on PostgreSQL, which are answered all the same."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import Connection, event, text
from sqlalchemy.engine import Engine

from skysyn.cloud import App, Options, db
from skysyn.server import Server

from .asking import Asker, settings

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

    from .postgres import Postgres

TITLE = {"record_type": "note", "item_type": "field", "item_name": "title"}


@pytest.fixture
def database(postgres: Postgres) -> str:
    """The URL of a database."""
    return postgres.new_database()


@pytest.fixture
def master(database: str) -> Iterator[Asker]:
    """The master of a server with a note."""
    with Server(settings(database=database)) as server:
        master = Asker(server).as_master()
        master.save({"_id": "note/1", "title": "a", "x": 1})
        yield master


@pytest.fixture
def elsewhere(database: str, master: Asker) -> Iterator[Asker]:
    """The master of another server with the same note."""
    assert master.keys("note") == ["1"]
    with Server(settings(database=database)) as server:
        yield Asker(server).as_master()


@contextmanager
def before(start: str, does: Callable[[], object]) -> Generator[None]:
    """Do something once, right before a statement that begins with *start*."""
    waiting = [does]

    def note(*given: Any) -> None:
        if waiting and given[2].startswith(start):
            waiting.pop()()

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    assert not waiting


def test_who_reads_while_a_field_is_renamed_gets_its_new_name(
    master: Asker, elsewhere: Asker
) -> None:
    def rename() -> None:
        elsewhere.result("schema:rename", **TITLE, new_name="headline")

    with before("SELECT note.", rename):
        [found] = master.result("record:query", record_type="note")

    assert (found["headline"], "title" in found) == ("a", False)


def test_who_saves_while_another_field_is_deleted_has_saved(
    master: Asker, elsewhere: Asker
) -> None:
    def drop() -> None:
        elsewhere.result("schema:delete", **TITLE)

    with before("SELECT note.", drop):
        [saved] = master.save({"_id": "note/2", "x": 2})

    assert (saved["x"], "title" in saved) == (2, False)
    assert master.keys("note") == ["1", "2"]


def test_what_cloud_code_asks_wrongly_is_asked_once(database: str) -> None:
    app, calls = App(Options()), list[str]()

    @app.op("wrong")
    def wrong() -> None:
        calls.append("op")
        with db.conn() as connection:
            connection.execute(text("SELECT nothing FROM _auth"))

    @app.before_save("note")
    def refuse(_: object, __: object, connection: Connection) -> None:
        calls.append("hook")
        connection.execute(text("SELECT nothing FROM nowhere"))

    with Server(settings(database=database), app) as server:
        master = Asker(server).as_master()
        assert master.code("wrong")[1] == 10000
        [saved] = master.save({"_id": "note/1"})

    assert (saved["code"], calls) == (10000, ["op", "hook"])


def test_a_save_goes_on_when_connections_were_ended(
    master: Asker, postgres: Postgres
) -> None:
    postgres.end_connections()

    [saved] = master.save({"_id": "note/1", "x": 2})
    assert saved["x"] == 2


def test_a_query_goes_on_when_connections_were_ended(
    master: Asker, postgres: Postgres
) -> None:
    postgres.end_connections()

    assert master.keys("note") == ["1"]
