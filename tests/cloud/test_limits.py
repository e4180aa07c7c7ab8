"""Cloud code that misbehaves leaves the server answering, and tells clients little."""

from __future__ import annotations

import logging
import sys
import threading
import time
from datetime import datetime
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import Connection, text

from skysyn import Skygear, connect
from skysyn.cloud import App, PlainRecord, db
from skysyn.errors import SkysynError
from skysyn.server import Serving

if TYPE_CHECKING:
    from collections.abc import Callable

    from skysyn.models import JSON

    from .conftest import Serve

pytestmark = pytest.mark.slow


def hang(_: PlainRecord) -> None:
    threading.Event().wait(20)


def leave(_: PlainRecord) -> None:
    sys.exit("bye")


def recurse(record: PlainRecord) -> None:
    recurse(record)


def fail(_: PlainRecord) -> None:
    msg = "a secret place"
    raise OSError(msg)


def query(_: PlainRecord) -> None:
    with db.conn() as connection:
        connection.execute(text("SELECT secret FROM nowhere"))


@pytest.mark.parametrize("trigger", ["before", "after"])
@pytest.mark.parametrize("hook", [hang, leave, recurse, fail, query])
def test_a_hook_that_fails_in_any_way_fails_its_record_only(
    app: App, serve: Serve, trigger: str, hook: Callable[[PlainRecord], None]
) -> None:
    (app.before_save if trigger == "before" else app.after_save)("note")(hook)

    ada = serve(response_seconds=3)
    answer = ada.ask("record:save", records=[{"_id": "note/1", "n": 1}])
    entry = answer.get("error") or answer["result"][0]

    assert entry["code"] in {10000, 122}
    assert "Traceback" not in str(answer)
    assert ada.save({"_id": "other/1"})[0]["_type"] == "record"
    assert ada.keys("note") == ([] if trigger == "before" else ["1"])


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "value", [object(), {1: 2}, {"$type": "nope"}, 1j, b"", "\ud800"]
)
def test_a_function_that_gives_what_nobody_can_be_sent_fails(
    app: App, serve: Serve, value: object
) -> None:
    @app.op("give")
    def give() -> object:
        return value

    ada = serve()

    assert ada.code("give") == (500, 10000)
    assert ada.result("_status:healthz") == {"status": "OK"}


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_traceback_is_in_the_log_and_not_in_the_answer(
    app: App, serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    @app.op("fail")
    def broken() -> None:
        msg = "a secret place"
        raise OSError(msg)

    with caplog.at_level(logging.ERROR, "skysyn.cloud"):
        answer = serve().ask("fail")

    error = {"name": "UnexpectedError", "code": 10000, "message": "a secret place"}
    assert answer == {"error": error}
    assert "in broken" in caplog.text


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_what_the_database_says_is_not_told(app: App, serve: Serve) -> None:
    @app.op("ask")
    def ask() -> None:
        with db.conn() as connection:
            connection.execute(text("SELECT secret FROM nowhere"))

    message = serve().ask("ask")["error"]["message"]

    assert message == "the database refused to do this"


def test_a_function_that_hangs_with_an_open_transaction_blocks_nobody(
    app: App, serve: Serve
) -> None:
    @app.op("hold")
    def hold() -> None:
        with db.conn() as connection:
            connection.execute(text("UPDATE note SET n = 2"))
            threading.Event().wait(20)

    ada = serve(response_seconds=3)
    ada.save({"_id": "note/1", "n": 1})
    held = ada.code("hold")
    [saved] = ada.save({"_id": "note/1", "m": 3})

    assert (held, saved["n"], saved["m"]) == ((503, 122), 1, 3)


def test_a_hook_after_a_save_may_ask_the_server(app: App, serve: Serve) -> None:
    @app.after_save("note")
    def copy(
        record: PlainRecord, _: PlainRecord | None, connection: Connection
    ) -> None:
        assert connection.execute(text("SELECT 1")).scalar() == 1
        settings = Skygear(app.options.skygear_endpoint, api_key="master-key")
        with connect(settings) as session:
            records: list[JSON] = [{"_id": f"copy/{record.id.key}"}]
            session.call("record:save", {"records": records})

    ada = serve()
    with Serving(ada.server) as serving:
        app.options.skygear_endpoint = serving.endpoint
        ada.save({"_id": "note/1"})

    assert ada.keys("copy") == ["1"]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.alone
def test_code_that_calls_itself_through_the_server_ends(app: App, serve: Serve) -> None:
    @app.op("again")
    def again() -> object:
        settings = Skygear(app.options.skygear_endpoint, api_key="master-key")
        with connect(settings) as session:
            return session.call("again")

    ada = serve(response_seconds=3)
    with Serving(ada.server) as serving:
        app.options.skygear_endpoint = serving.endpoint
        client = connect(Skygear(serving.endpoint, api_key="client-key"))
        start = time.monotonic()
        calling = threading.Thread(target=lambda: _try(lambda: client.call("again")))
        calling.start()
        healthy = connect(Skygear(serving.endpoint, api_key="client-key"))
        assert healthy.call("_status:healthz") == {"status": "OK"}
        calling.join()
        took = time.monotonic() - start
        assert healthy.call("_status:healthz") == {"status": "OK"}

    assert took < 20


def _try(function: Callable[[], object]) -> None:
    with pytest.raises(SkysynError):
        function()


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_date_without_a_time_zone_is_refused_in_words(app: App, serve: Serve) -> None:
    naive = datetime(2020, 1, 2)  # noqa: DTZ001  # which is the point

    @app.op("when")
    def when() -> datetime:
        return naive

    @app.before_save("note")
    def stamp(record: PlainRecord) -> None:
        record["at"] = naive

    ada = serve().signup("bob")
    [entry] = ada.save({"_id": "note/1"})

    said = "2020-01-02T00:00:00 has no time zone: write datetime.now(UTC)"
    assert ada.ask("when")["error"]["message"].startswith(said)
    assert entry["message"].startswith(said)
