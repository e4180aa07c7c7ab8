"""Cloud code in a process of its own connects to the database that options name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from skysyn.cloud import App, Options, db
from skysyn.cloud.database import Engines
from skysyn.errors import DeclarationError, StateError
from skysyn.server import Server
from tests.server.asking import Asker, settings

if TYPE_CHECKING:
    from pathlib import Path

    from skysyn.models import JSON


def url(database: str) -> str:
    """Return *database* as environments say it."""
    if "://" not in database:
        return f"sqlite:///{database}"
    return database.replace("postgresql://", "postgres://")


def test_functions_see_the_records_of_the_server(database: str) -> None:
    app = App(Options(appname="myapp", database_url=url(database)))

    @app.op("titles")
    def titles() -> list[object]:
        with db.conn() as connection:
            table = db.get_table("note")
            connection.execute(table.update().values(title="b"))
            return list(connection.execute(text("SELECT title FROM note")).scalars())

    with Server(settings(database=database)) as server:
        ada = Asker(server).signup("ada")
        ada.save({"_id": "note/1", "title": "a"})
        reply = app.answer({"kind": "op", "name": "titles", "param": {}})
        [stored] = ada.result("record:fetch", ids=["note/1"])
        app.close()

    assert (reply, stored["title"]) == ({"result": ["b"]}, "b")


def test_a_hook_that_fails_undoes_what_it_wrote(tmp_path: Path) -> None:
    app = App(Options(database_url=f"sqlite:///{tmp_path}/db"))

    @app.after_save("note")
    def fail(_: object, __: object, connection: object) -> None:
        raise KeyError(str(connection))

    record: JSON = {"_id": "note/1", "_access": None}
    param: JSON = {"record": record, "original": None}
    name = next(iter(app.registry.hooks))
    reply = app.answer({"kind": "hook", "name": name, "param": param})
    app.close()

    assert isinstance(reply["error"], dict)
    assert reply["error"]["code"] == 10000


def test_without_a_database_it_is_said_what_to_set() -> None:
    with pytest.raises(StateError, match="DATABASE_URL"), Engines(Options())():
        pass


def test_other_databases_are_refused() -> None:
    options = Options(database_url="mysql://host/db")

    with pytest.raises(DeclarationError, match="mysql"), Engines(options)():
        pass


def test_options_are_those_of_the_environment() -> None:
    options = Options.from_environment(
        {"API_KEY": "k", "MASTER_KEY": "m", "HTTP_ADDR": ":80", "DEBUG": "yes"}
    )

    assert (options.apikey, options.masterkey, options.debug) == ("k", "m", True)
    assert options.address() == ("0.0.0.0", 80)
    assert "'m'" not in repr(options)


@pytest.mark.parametrize("address", ["", "host", "host:http"])
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(DeclarationError, match="host:port"):
        Options(http_addr=address).address()
