"""The commands that move an app, and what is hard to move."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest
from sqlalchemy.exc import OperationalError
from typer.testing import CliRunner

from skysyn.cli.app import app
from skysyn.errors import BundleError, DiskFull
from skysyn.server.bundles import export_bundle, import_bundle
from skysyn.server.bundles.space import explained
from skysyn.server.store import Store

from . import worlds
from .asking import Asker
from .worlds import Places, content, serve

if TYPE_CHECKING:
    from pathlib import Path

    from .postgres import Postgres


def command(*options: object) -> tuple[int, str]:
    done = CliRunner(env={"COLUMNS": "200"}).invoke(app, [str(x) for x in options])
    return done.exit_code, done.output


def test_commands_export_and_import(tmp_path: Path) -> None:
    place = Places(tmp_path).new("db")
    place = type(place)(str(tmp_path / "db"), "app", tmp_path / "db-files")
    worlds.fill(place)
    worlds.add_files(place, 2)
    options = ("--app", "app", "--database")

    out = command("export", tmp_path / "one", *options, tmp_path / "db")
    back = command("import", tmp_path / "one", *options, tmp_path / "new")
    again = command("export", tmp_path / "two", *options, tmp_path / "new")
    taken = command("export", tmp_path / "two", *options, tmp_path / "new")

    assert (out[0], back[0], again[0], taken[0]) == (0, 0, 0, 1)
    assert "1 files are known by name only" in out[1]
    assert "every count and every hash is equal" in back[1]
    assert "error:" in taken[1]
    assert content(tmp_path / "one") == content(tmp_path / "two")
    assert command("import")[0] == 2


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("import", "x", "--skygear-app", "y"), "--skygear-app: it says nothing"),
        (("import", "x", "--skygear-assets", "y"), "--skygear-assets: it says nothing"),
        (("import", "--from-skygear", ""), "--from-skygear: it is empty"),
        (("import", "x", "--app", ""), "--app: it is empty"),
        (("export", "x", "--database", ""), "--database: it is empty"),
    ],
)
def test_options_that_cannot_be_meant_are_refused(
    options: tuple[str, ...], said: str
) -> None:
    code, output = command(*options)

    assert (code, f"Invalid value for {said}" in output) == (2, True), output


def test_what_went_wrong_is_one_line(tmp_path: Path) -> None:
    code, output = command("import", tmp_path, "--database", tmp_path / "db")

    assert (code, output.count("\n"), output[:6]) == (1, 1, "error:")


@pytest.mark.parametrize(
    ("folder", "database", "said"),
    [
        ("/dev/null/bundle", "db", "Not a directory"),
        ("bundle", "postgres://u:hush@h:port/x", "this is no URL of a database"),
        ("bundle", "postgres://u:hush@127.0.0.1:1/x", "connection failed"),
        ("bundle", "no/such/file", "there is no database in"),
    ],
)
def test_what_cannot_be_moved_is_told_in_a_line(
    folder: str, database: str, said: str, tmp_path: Path
) -> None:
    Store(str(tmp_path / "db"), "myapp").close()
    if database == "db":
        database = str(tmp_path / "db")

    code, output = command("export", tmp_path / folder, "--database", database)

    told = output.strip()
    assert (code, said in told, "hush" in told, told.count("\n")) == (1, True, False, 0)


@pytest.mark.parametrize("renamed", ["handle", None])
def test_a_user_without_a_usual_name_is_moved(
    renamed: str | None, tmp_path: Path, postgres: Postgres
) -> None:
    places = Places(tmp_path, postgres)
    source, target = places.new("a", "postgresql"), places.new("b")
    with serve(source) as server:
        master = Asker(server).as_master()
        names = {"record_type": "user", "item_name": "username"}
        if renamed:
            master.result("schema:rename", **names, item_type="field", new_name=renamed)
        else:
            master.result("schema:delete", **names, item_type="field")

    export_bundle(source, tmp_path / "one")
    import_bundle(tmp_path / "one", target)
    export_bundle(target, tmp_path / "two")

    assert content(tmp_path / "two") == content(tmp_path / "one")


def test_names_that_only_one_engine_tells_apart_are_refused(
    tmp_path: Path, postgres: Postgres
) -> None:
    places = Places(tmp_path, postgres)
    source, target = places.new("a"), places.new("b", "postgresql")
    with serve(source) as server:
        Asker(server).signup("\u00e9")
        Asker(server).signup("\u00c9")
    export_bundle(source, tmp_path / "bundle")

    with pytest.raises(BundleError, match="write user, lines 1 to 2"):
        import_bundle(tmp_path / "bundle", target)


def test_what_json_cannot_say_is_refused(tmp_path: Path) -> None:
    place = Places(tmp_path).new("a")
    with serve(place) as server:
        Asker(server).as_master().save({"_id": "note/1", "n": 1.5})
    store = Store(place.database, place.app)
    with store.write() as work:
        work.connection.exec_driver_sql("UPDATE note SET n = 9e999")
    store.close()

    with pytest.raises(BundleError, match="note '1' holds a number"):
        export_bundle(place, tmp_path / "bundle")


def test_what_changes_during_an_import_is_found(tmp_path: Path) -> None:
    places = Places(tmp_path)
    source, target = places.new("a"), places.new("b")
    worlds.fill(source)
    export_bundle(source, tmp_path / "bundle")

    def meddle(what: str, done: int, total: int) -> None:
        if what.startswith("link") and done == total:
            store = Store(target.database, target.app)
            with store.write() as work:
                work.connection.exec_driver_sql("UPDATE note SET title = 'x'")
            store.close()

    with pytest.raises(BundleError, match="something else writes"):
        import_bundle(tmp_path / "bundle", target, meddle)


@pytest.mark.parametrize(
    ("said", "error"),
    [
        (sqlite3.OperationalError("database or disk is full"), DiskFull),
        (sqlite3.OperationalError("disk I/O error"), BundleError),
    ],
)
def test_what_a_database_says_is_told(
    said: sqlite3.Error, error: type[BundleError]
) -> None:
    with pytest.raises(error, match="disk"), explained():
        raise OperationalError(None, {}, said)


def test_other_errors_of_the_system_stay_what_they_are() -> None:
    with pytest.raises(PermissionError), explained():
        raise PermissionError(13, "denied")
