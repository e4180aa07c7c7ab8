"""Cloud code of the original runs, asked in the words of the plugin protocol."""

from __future__ import annotations

import base64
import json
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from skysyn.cloud import App, Options, load_code
from skysyn.cloud.database import Engines

if TYPE_CHECKING:
    from collections.abc import Iterator

CODE = Path(__file__).parent / "written" / "shop.py"
TYPED: list[Any] = [
    {"$type": "date", "$date": "2016-01-02T03:04:05Z"},
    {"$type": "geo", "$lng": 1, "$lat": 2},
    {"$type": "ref", "$id": "note/1"},
    {"$type": "asset", "$name": "n", "$content_type": "text/plain"},
    {"$type": "unknown", "$underlying_type": "money"},
    {"$type": "geojson", "$val": {}},
]
NOTE = {"_id": "note/1", "_access": None, "_ownerID": "u", "title": "x"}


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    database = tmp_path / "db"
    with sqlite3.connect(database) as connection:
        connection.execute("CREATE TABLE log (what TEXT)")
    connection.close()
    options = Options(
        apikey="key", masterkey="master", database_url=f"sqlite:///{database}"
    )
    app, engines = load_code(str(CODE), options), Engines(options)
    app.use(engines)
    yield app
    engines.close()


def ask(app: App, kind: str, name: str, param: Any = None, **context: Any) -> Any:
    message = {"kind": kind, "name": name, "param": param, "context": context}
    return app.answer(message)


def call(app: App, name: str, args: Any, **context: Any) -> Any:
    return ask(app, "op", name, {"args": args}, **context)


def request(app: App, name: str, method: str, path: str, body: str = "") -> Any:
    sent = base64.b64encode(body.encode()).decode()
    answer = ask(app, "handler", name, {"method": method, "path": path, "body": sent})
    if "error" in answer:
        return answer["error"]
    wire = answer["result"]
    return wire["status"], base64.b64decode(wire["body"]).decode()


def test_everything_is_registered_as_the_original_registers_it(app: App) -> None:
    told = ask(app, "event", "init")["result"]

    assert told["op"][0] == {
        "name": "food:buy",
        "key_required": True,
        "user_required": False,
    }
    assert told["timer"] == [
        {"spec": "@every 30s", "name": ".shop.tick"},
        {"spec": "@every 60s", "name": "minute"},
    ]
    hook = {"type": "note", "trigger": "afterSave", "name": "note.saved", "async": True}
    assert hook in told["hook"]
    assert told["provider"] == [
        {"type": "auth", "id": "com.example", "name": "com.example"}
    ]


def test_arguments_come_by_name_and_by_position(app: App) -> None:
    bought = {"result": {"success": True, "food": "salmon"}}

    assert call(app, "food:buy", {"food": "salmon"}) == bought
    assert call(app, "food:buy", ["salmon"]) == bought
    assert call(app, "food:buy", None)["error"]["code"] == 10000


def test_typed_values_are_those_of_the_original_and_travel_back(app: App) -> None:
    answer = call(app, "typed", TYPED)["result"]

    kinds = ["datetime", "Location", "Reference", "Asset", "UnknownValue", "dict"]
    assert answer == {"kinds": kinds, "naive": [True], "back": TYPED}


def test_the_context_is_that_of_the_call(app: App) -> None:
    answer = call(app, "whoami", [], user_id="u-1", request_id="r-1")

    assert answer == {"result": ["u-1", "r-1"]}


def test_errors_are_passed_on(app: App) -> None:
    error = {"code": 108, "message": "no such food", "info": {"arguments": ["food"]}}

    assert call(app, "refuse", []) == {"error": error}
    assert call(app, "nonsense", [])["error"]["code"] == 10000
    divided: Any = {"code": 108, "message": "do not divide by zero", "info": {}}
    assert call(app, "divide", [0]) == {"error": divided}


def test_options_and_containers_are_those_of_the_app(app: App) -> None:
    assert call(app, "keys", []) == {"result": ["master", "key"]}


def test_hooks_change_records_in_place(app: App) -> None:
    saved = ask(app, "hook", ".shop.check_note", {"record": NOTE, "original": None})

    assert saved["result"] == NOTE | {
        "_access": [{"public": True, "level": "read"}],
        "first": True,
        "place": {"$type": "geo", "$lng": 1, "$lat": 2},
    }


def test_hooks_refuse_by_raising(app: App) -> None:
    param = {"record": NOTE | {"title": ""}, "original": NOTE}

    error = ask(app, "hook", ".shop.check_note", param)["error"]

    assert (error["code"], error["message"]) == (10000, "a note has a title")


def test_hooks_run_sql_as_before(app: App) -> None:
    ask(app, "hook", "note.saved", {"record": NOTE, "original": None})

    assert request(app, "count", "GET", "/count") == (200, '["x"]')
    kept = ask(app, "hook", ".shop.keep_note", {"record": NOTE, "original": None})
    assert kept["error"]["message"] == "1 entries"


def test_events_come_by_keywords(app: App) -> None:
    assert ask(app, "event", "schema-changed", {"note": {"fields": []}}) == {
        "result": None
    }


def test_handlers_answer_with_responses(app: App) -> None:
    assert request(app, "answer", "PUT", "/answer") == (201, "made")


def test_providers_log_in(app: App) -> None:
    def login(token: str) -> Any:
        data = {"id": "42", "token": token}
        return ask(
            app, "provider", "com.example", {"action": "login", "auth_data": data}
        )

    assert login("right")["result"]["principal_id"] == "42"
    assert login("wrong")["error"]["code"] == 105


def test_resources_answer_what_they_define(app: App) -> None:
    body = json.dumps({"a": 1})

    assert request(app, "notes", "GET", "/notes") == (200, '["all"]')
    assert request(app, "notes", "POST", "/notes", body) == (200, '{"a": 1}')
    assert request(app, "notes/", "GET", "/notes/5/x") == (200, '{"id": "5"}')
    assert request(app, "notes/", "POST", "/notes/5")["code"] == 107
    assert request(app, "notes", "POST", "/notes", "{")["code"] == 107
