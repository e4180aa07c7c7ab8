"""What cloud code asks of its runtime: the server, the database, its settings."""

from __future__ import annotations

import base64
import hashlib
import hmac
from argparse import Namespace
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest
import sqlalchemy

import skysyn.accsyn
from skysyn import SkygearSession, connect
from skysyn.cloud import App, Options
from skysyn.cloud.context import Running, entered
from skysyn.cloud.database import Engines
from skysyn.compat import accsyn_api, skygear
from skysyn.compat.accsyn_api import session as accsyn_session
from skysyn.compat.skygear.asset import FileSystemAssetSigner, get_signer
from skysyn.compat.skygear.container import SkygearContainer
from skysyn.compat.skygear.error import SkygearException
from skysyn.compat.skygear.models import Record, RecordID
from skysyn.compat.skygear.options import options
from skysyn.compat.skygear.predicate import Predicate
from skysyn.compat.skygear.pubsub import Hub, publish
from skysyn.compat.skygear.query import Query
from skysyn.compat.skygear.settings import SettingsParser, add_parser, settings
from skysyn.compat.skygear.utils import context, db, strtobool, user
from skysyn.errors import ProtocolError, TransportError
from skysyn.pubsub import Message
from skysyn.server import Server, Serving, Settings
from tests.live.peer import Line, Peer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Wire = dict[str, Any]


@pytest.fixture
def ada(tmp_path: Path) -> Iterator[SkygearSession]:
    """A user of a server whose cloud code the test is."""
    database = str(tmp_path / "db")
    made = Settings(api_key="key", master_key="master", database=database)
    with Server(made) as server, Serving(server) as serving:
        told = Options(apikey="key", masterkey="master", appname="myapp")
        told.skygear_endpoint = serving.endpoint
        told.database_url = f"sqlite:///{database}"
        session = connect(server.client(serving.endpoint))
        session.signup(username="ada", password="secret")
        app, engines = App(told), Engines(told)
        app.use(engines)
        with entered(Running(app, {"user_id": session.me().user_id})):
            yield session
        engines.close()
        session.close()


def mine() -> SkygearContainer:
    """Return what acts as the user whom the context names."""
    return SkygearContainer(
        api_key=options.masterkey, user_id=context.current_user_id()
    )


def note(key: str, **data: Any) -> Record:
    return Record(RecordID("note", key), None, None, data=data)


def test_records_are_saved_found_and_deleted(ada: SkygearSession) -> None:
    public = mine().public_database

    public.save([note("a", n=1), note("b", n=2)], atomic=True)
    found = public.query(Query("note", Predicate(n__gte=1)).add_order("n", "desc"))
    public.delete(found[0])

    assert [(one.id.key, one["n"]) for one in found] == [("b", 2), ("a", 1)]
    assert [one.id.key for one in public.query(Query("note"))] == ["a"]


def test_keys_with_slashes_are_kept(ada: SkygearSession) -> None:
    mine().public_database.save(note("a/b"))

    [found] = mine().public_database.query(Query("note"))

    assert found.id.key == "a/b"


def test_a_refused_query_raises_with_code_120(ada: SkygearSession) -> None:
    query = Query("note", Predicate(title__resembles=1))

    with pytest.raises(SkygearException) as caught:
        mine().public_database.query(query)

    assert caught.value.code == 120


def test_errors_of_actions_are_returned(ada: SkygearSession) -> None:
    answer = SkygearContainer().send_action("me", {})

    assert answer["error"]["code"] == 101


def test_a_server_that_is_not_there_raises() -> None:
    container = SkygearContainer("http://127.0.0.1:1", "key")

    with pytest.raises(TransportError):
        container.send_action("me", {})


def test_an_answer_without_json_raises() -> None:
    def answer(line: Line) -> None:
        line.read_request()
        line.send(b"HTTP/1.1 502 No\r\nContent-Length: 6\r\n\r\n<html>")

    with Peer(answer) as peer:
        container = SkygearContainer(f"http://127.0.0.1:{peer.port}", "key")

        with pytest.raises(ProtocolError) as caught:
            container.send_action("me", {})

    assert (caught.value.status, caught.value.start) == (502, "<html>")


def test_messages_reach_who_listens(ada: SkygearSession) -> None:
    with ada.subscribe("a", "b") as messages:
        publish("a", {"n": 1})
        Hub().publish(["a", "b"], None)

        found = [messages.receive(60) for _ in range(3)]

    assert found == [Message("a", {"n": 1}), Message("a", None), Message("b", None)]


def test_a_hub_may_be_elsewhere(ada: SkygearSession) -> None:
    url = f"ws{ada.dialect.endpoint.removeprefix('http')}/pubsub"

    with ada.subscribe("a") as messages:
        Hub(url, "key").publish("a", 5)

        assert messages.receive(60) == Message("a", 5)


def test_rows_are_as_they_were(ada: SkygearSession) -> None:
    mine().public_database.save([note("a", n=1), note("b", n=2)])

    with db.conn() as connection:
        ordered = "SELECT _id, n FROM note WHERE n > ? ORDER BY n"
        rows = connection.execute(ordered, 0).fetchall()
        table = db.get_table("note")
        chosen = connection.execute(sqlalchemy.select(table.c._id, table.c.n)).first()
        bound = sqlalchemy.text("SELECT n FROM note WHERE _id = :key")
        number = connection.execute(bound, key="b").scalar()

    assert [(row["_id"], row.n, row[1], len(row)) for row in rows] == [
        ("a", 1, 1, 2),
        ("b", 2, 2, 2),
    ]
    assert rows[0].items() == [("_id", "a"), ("n", 1)]
    assert (chosen[table.c.n], number) == (1, 2)
    with pytest.raises(KeyError, match="there are _id, n"):
        rows[0]["missing"]
    assert (db.has_table("note"), db.has_table("nothing")) == (True, False)


def test_several_rows_are_written_at_once_and_undone_by_an_error(
    ada: SkygearSession,
) -> None:
    mine().public_database.save(note("a", n=1))

    def change() -> None:
        with db.conn() as connection:
            several = "UPDATE note SET n = ? WHERE _id = ?"
            connection.execute(several, (5, "a"), (6, "b"))
            seen.append(connection.execute("SELECT n FROM note").fetchone()["n"])
            raise ZeroDivisionError

    seen: list[int] = []
    with pytest.raises(ZeroDivisionError):
        change()

    assert seen == [5]
    assert mine().public_database.query(Query("note"))[0]["n"] == 1


def test_passwords_are_reset_by_username(ada: SkygearSession) -> None:
    assert user.reset_password_by_username("ada", "better")
    assert not user.reset_password_by_username("nobody", "better")

    assert ada.login(username="ada", password="better").user_id
    assert user.hash_password("x").startswith("$2b$")


def test_contexts_are_set_for_a_block(ada: SkygearSession) -> None:
    with context.start_context({"user_id": "u", "request_id": "r"}):
        inside = context.current_user_id(), context.current_request_id()

    assert inside == ("u", "r")
    assert context.current_context() == {"user_id": ada.me().user_id}


def test_options_are_those_of_the_app_or_the_environment(
    ada: SkygearSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSET_STORE", "cloud")
    options.appname = "other"

    assert (options.appname, options.asset_store) == ("other", "cloud")
    assert (options.asset_store_bucket, options.asset_store_public) == (None, False)
    with pytest.raises(AttributeError, match="there is no option 'nothing'"):
        options.nothing


def test_files_are_signed_as_servers_expect(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSET_STORE_URL_PREFIX", "http://host/files")
    monkeypatch.setenv("ASSET_STORE_SECRET", "secret")

    parts = urlsplit(get_signer().sign("a b/c"))

    query = parse_qs(parts.query)
    signed = f"a b/c{query['expiredAt'][0]}".encode()
    made = hmac.new(b"secret", signed, hashlib.sha256).digest()
    assert parts.path == "/files/a%20b/c"
    assert query["signature"] == [base64.urlsafe_b64encode(made).decode()]
    public = FileSystemAssetSigner("http://host", "secret", public=True)
    assert public.sign("x") == "http://host/x"


@pytest.mark.parametrize("store", ["s3", "fs"])
def test_files_of_other_stores_are_not_signed(
    store: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSET_STORE", store)

    with pytest.raises(SkygearException, match="signed"):
        get_signer()


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CMS_PREFIX", "pages")
    monkeypatch.setenv("SIZE", "5")
    monkeypatch.setenv("DEBUGGING", "yes")
    parser = SettingsParser("CMS")
    parser.add_setting("prefix", default="cms")
    parser.add_setting("size", atype=int)
    parser.add_setting("debugging", atype=bool)
    parser.add_setting("made", default=lambda: "up")
    parser.add_setting("free", required=False, resolve=False)

    add_parser("cms", parser)

    found = Namespace(prefix="pages", size=5, debugging=True, made="up", free=None)
    assert settings.cms == found


def test_a_setting_that_is_missing_is_named() -> None:
    parser = SettingsParser("CMS")
    parser.add_setting("needed")

    with pytest.raises(ValueError, match='"needed" is defined but it is not set'):
        parser.parse_settings()
    with pytest.raises(ValueError, match="already defined"):
        parser.add_setting("needed")


@pytest.mark.parametrize(("text", "value"), [("Yes", True), ("0", False)])
def test_texts_say_yes_or_no(text: str, value: bool) -> None:
    assert strtobool(text) is value
    with pytest.raises(ValueError, match="invalid truth value"):
        strtobool("perhaps")


def test_a_module_registers_by_includeme(monkeypatch: pytest.MonkeyPatch) -> None:
    skygear.config("tests.compat.included", "x", more=1)

    with pytest.raises(NotImplementedError, match="includeme"):
        skygear.config("tests.compat.original")


def test_accsyns_client_has_its_names() -> None:
    assert accsyn_api.Session is skysyn.accsyn.Session
    assert accsyn_api.AccsynException is skysyn.accsyn.AccsynException
    assert accsyn_session.Session is accsyn_api.Session
