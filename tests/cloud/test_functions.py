"""Functions, handlers, providers and files, as clients of a server see them."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from werkzeug.exceptions import abort

from skysyn import Field, Record
from skysyn import Request as Sent
from skysyn.cloud import (
    App,
    AuthProvider,
    AuthResult,
    DictAssets,
    PlainRecord,
    Request,
    Resource,
    current_access_key_type,
    current_request_id,
    current_user_id,
    db,
    refuse,
)
from skysyn.errors import DeclarationError, NotFound
from skysyn.models import JSON, Location, RecordID
from skysyn.server import WSGITransport

if TYPE_CHECKING:
    from collections.abc import Mapping

    from skysyn import Response
    from tests.server.asking import Asker

    from .conftest import Serve

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
WHEN = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


class Note(Record):
    title: Field[str | None]


def send(
    asker: Asker,
    method: str,
    path: str,
    body: bytes = b"",
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return the response to a plain HTTP request."""
    request = Sent(method, f"http://localhost{path}", headers or {}, body)
    return WSGITransport(asker.server).send(request)


def test_functions_take_lists_objects_and_nothing(app: App, serve: Serve) -> None:
    @app.op("food:buy")
    def buy(food: str = "salmon", times: int = 1) -> dict[str, object]:
        return {"food": food, "times": times}

    ada = serve()

    assert ada.result("food:buy") == {"food": "salmon", "times": 1}
    assert ada.result("food:buy", args=["cod", 2]) == {"food": "cod", "times": 2}
    assert ada.result("food:buy", args={"times": 3}) == {"food": "salmon", "times": 3}


def test_typed_values_arrive_typed_and_go_back_as_they_came(
    app: App, serve: Serve
) -> None:
    seen: list[object] = []

    @app.op("echo")
    def echo(*values: object) -> tuple[object, ...]:
        seen.extend(values)
        return values

    args = [
        {"$type": "date", "$date": "2026-01-02T03:04:05Z"},
        {"$type": "geo", "$lng": 1, "$lat": 2},
        {"$type": "ref", "$id": "note/1"},
        {"$type": "keypath", "$val": "title"},
        {"$type": "record", "$record": {"_id": "note/1", "n": 1}},
    ]
    found = serve().result("echo", args=args)

    assert seen[:4] == [WHEN, Location(1, 2), RecordID("note", "1"), "title"]
    assert isinstance(seen[4], PlainRecord)
    record = {"_access": None, "_id": "note/1", "_type": "record", "n": 1}
    assert found == [*args[:3], "title", {"$type": "record", "$record": record}]


def test_records_of_declared_classes_are_sent_whole(app: App, serve: Serve) -> None:
    @app.op("make")
    def make() -> Note:
        return Note(title="a").with_id("1")

    found = serve().result("make")["$record"]

    wanted = {"_access": None, "_id": "note/1", "_type": "record", "title": "a"}
    assert found == wanted


def test_files_in_arguments_are_described(app: App, serve: Serve) -> None:
    @app.op("name")
    def name(file: Any) -> list[str]:
        return [file.name, str(file.content_type)]

    ada = serve()
    asset = ada.result(
        "asset:put",
        **{"filename": "a.txt", "content-type": "text/plain", "content-size": 1},
    )["asset"]

    assert ada.result("name", args=[{"$type": "asset", "$name": asset["$name"]}]) == [
        asset["$name"],
        "text/plain",
    ]


def test_the_context_says_who_asks(app: App, serve: Serve) -> None:
    @app.op("who")
    def who() -> list[str | None]:
        return [current_user_id(), current_access_key_type(), current_request_id()]

    ada = serve()
    response = ada.send("who")
    found = json.loads(response.body)["result"]

    assert found == [ada.user_id, "client", response.headers["X-Skygear-Request-Id"]]
    assert ada.as_master().result("who")[:2] == [None, "master"]
    assert current_user_id() is None


def test_a_transaction_of_a_function_is_committed_or_undone(
    app: App, serve: Serve
) -> None:
    @app.op("rename")
    def rename(title: str) -> None:
        with db.conn() as connection:
            table = db.get_table("note")
            connection.execute(table.update().values(title=title))
            if title == "bad":
                raise refuse(108, "no")

    ada = serve()
    ada.save({"_id": "note/1", "title": "a"})
    ada.result("rename", args=["b"])
    ada.code("rename", args=["bad"])

    assert ada.result("record:fetch", ids=["note/1"])[0]["title"] == "b"


def test_tables_are_known_by_their_record_type(app: App, serve: Serve) -> None:
    @app.op("tables")
    def tables() -> list[object]:
        return [db.has_table("note"), db.has_table("nothing")]

    @app.op("missing")
    def missing() -> None:
        db.get_table("nothing")

    ada = serve()
    ada.save({"_id": "note/1", "title": "a"})

    assert ada.result("tables") == [True, False]
    assert "no table 'nothing'" in ada.ask("missing")["error"]["message"]


def test_paths_lead_to_handlers_by_the_rules_of_the_original(
    app: App, serve: Serve
) -> None:
    for name in ("foo/", "foo/inner", "abc/def", "a:b", "plain"):

        @app.handler(name)
        def show(request: Request, name: str = name) -> str:
            return f"{name} {request.path}"

    ada = serve()
    home = b'{"result":{"status":"OK"}}\n'
    wanted = {
        "/foo/": b"foo/ /foo/",
        "/foo/a": b"foo/ /foo/a",
        "/foo/a/b/": b"foo/ /foo/a/b/",
        "/foo/inner": b"foo/inner /foo/inner",
        "/foo/inner/": b"foo/ /foo/inner/",
        "/abc/def": b"abc/def /abc/def",
        "/abc": home,
        "/abc/": home,
        "/a/b": b"a:b /a/b",
        "/a:b": home,
        "/plain/": home,
        "/PLAIN": home,
    }

    assert {path: send(ada, "GET", path).body for path in wanted} == wanted


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_a_folder_without_its_slash_is_moved(
    app: App, serve: Serve, method: str
) -> None:
    app.handler("foo/")(lambda _: "here")

    response = send(serve(), method, "/foo?x=1")

    assert (response.status, response.headers["Location"]) == (301, "/foo/?x=1")


def test_each_method_has_its_handler_and_others_are_not_found(
    app: App, serve: Serve
) -> None:
    app.handler("thing", method="get")(lambda _: "got")
    app.handler("thing", method=["POST"])(lambda _: "first")
    app.handler("thing", method=["POST"])(lambda _: "posted")

    ada = serve()
    bodies = [send(ada, method, "/thing").body for method in ("GET", "POST")]

    assert bodies == [b"got", b"posted"]
    assert send(ada, "PUT", "/thing").status == 404


def test_a_handler_may_require_a_user(app: App, serve: Serve) -> None:
    app.handler("me/too", user_required=True)(lambda _: current_user_id())

    ada = serve()
    headers = {"X-Skygear-API-Key": ada.key, "X-Skygear-Access-Token": ada.token or ""}

    assert send(ada, "GET", "/me/too", headers=headers).body == ada.user_id.encode()
    assert send(ada, "GET", f"/me/too?access_token={ada.token}").status == 200
    assert send(ada, "GET", "/me/too").status == 401


def test_aborting_answers_with_the_status(app: App, serve: Serve) -> None:
    @app.handler("secret")
    def secret(_: Request) -> None:
        abort(404)

    assert send(serve(), "GET", "/secret").status == 404


@pytest.mark.parametrize("name", ["", "/", ":", "a//b", "a/../b"])
def test_names_that_no_request_reaches_are_refused(
    app: App, serve: Serve, name: str
) -> None:
    del serve
    with pytest.raises(DeclarationError, match="handler"):
        app.handler(name)


def test_a_resource_answers_to_a_collection_and_its_members(
    app: App, serve: Serve
) -> None:
    @app.rest("notes")
    class Notes(Resource):
        def index(self) -> list[str]:
            return ["all"]

        def create(self) -> dict[str, JSON]:
            return self.get_payload()

        def get(self, key: str) -> str:
            return f"one {key}"

    ada = serve()
    posted = send(ada, "POST", "/notes", b'{"a": 1}')
    wrong = send(ada, "POST", "/notes", b"[1]")

    assert send(ada, "GET", "/notes").body == b'["all"]'
    assert send(ada, "GET", "/notes/7/x").body == b"one 7"
    assert (posted.body, wrong.status) == (b'{"a": 1}', 400)
    assert send(ada, "DELETE", "/notes/7").status == 404


def test_static_assets_are_served_if_options_say_so(app: App, serve: Serve) -> None:
    app.options.serve_static_assets = True
    app.static_assets("pages")(lambda: DictAssets({"a/b.html": b"<p>"}))

    ada = serve()
    found = send(ada, "GET", "/static/pages/a/b.html")

    assert (found.body, found.headers["Content-Type"]) == (b"<p>", "text/html")
    assert send(ada, "GET", "/static/pages/../app.py").status == 301
    assert send(ada, "GET", "/static/pages/none").status == 404


def test_a_provider_says_who_logs_in(app: App, serve: Serve) -> None:
    @app.provides("auth", "com.example")
    class Example(AuthProvider):
        def login(self, auth_data: Mapping[str, JSON]) -> AuthResult:
            if auth_data.get("token") != "good":
                raise refuse(102, "bad token")
            return {"principal_id": "7\"'", "auth_data": {"n": 1}}

    ada = serve()
    data = {"provider": "com.example", "provider_auth_data": {"token": "good"}}
    first, second = ada.result("auth:login", **data), ada.result("auth:login", **data)

    assert first["user_id"] == second["user_id"] != ada.user_id
    assert ada.code("auth:login", provider="com.example") == (401, 105)
    assert ada.code("auth:login", provider="other") == (400, 108)


def test_exceptions_are_explained_by_their_handler(app: App, serve: Serve) -> None:
    @app.exception_handler(KeyError)
    def missing(error: KeyError) -> NotFound:
        return NotFound(f"no {error.args[0]}", code=110)

    @app.exception_handler(LookupError)
    def found(_: LookupError) -> dict[str, str]:
        return {"result": "found"}

    @app.op("look")
    def look(kind: str) -> None:
        raise {"key": KeyError("x"), "index": IndexError("y")}[kind]

    ada = serve()

    assert ada.ask("look", args=["key"])["error"]["message"] == "no x"
    assert ada.result("look", args=["index"]) == "found"


def test_cloud_code_is_told_of_the_schema_and_the_start(app: App, serve: Serve) -> None:
    seen: list[tuple[str, list[str]]] = []
    told = threading.Event()

    @app.event("server-ready")
    def ready(config: dict[str, Any]) -> None:
        seen.append(("ready", [config["app"]["name"]]))

    @app.event("schema-changed")
    def changed(**types: object) -> None:
        seen.append(("changed", sorted(types)))
        told.set()

    ada = serve()
    ada.save({"_id": "note/1", "title": "a"})
    told.wait(60)

    assert seen == [("ready", ["myapp"]), ("changed", ["note", "user"])]
