"""Handlers asked by `curl`, as the guide to HTTP endpoints shows."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from skysyn.cloud import App, Options, Request, Response, current_user_id
from skysyn.server import Server, Serving
from tests.server.asking import KEY, Asker, settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Curl = Callable[..., str]

pytestmark = pytest.mark.skipif(shutil.which("curl") is None, reason="no curl is here")
HOME = '{"result":{"status":"OK"}}\n'


def published() -> App:
    """Return an app with every kind of endpoint that the guide shows."""
    app = App(Options())

    @app.handler("get_query_string")
    def query(request: Request) -> dict[str, object]:
        return {"key": request.args["key"], "value": int(request.args["value"])}

    @app.handler("form")
    def form(request: Request) -> dict[str, object]:
        return {"a": int(request.form["a"]), "b": request.form["b"]}

    @app.handler("json")
    def body(request: Request) -> dict[str, object]:
        text = request.get_data().decode(request.charset, request.encoding_errors)
        return {"name": json.loads(text).get("name")}

    @app.handler("url/")
    def path(request: Request) -> dict[str, object]:
        return {"path": request.full_path[len("/url/") :]}

    @app.handler("mine", user_required=True)
    def mine(_: Request) -> str | None:
        return current_user_id()

    @app.handler("made", method=["POST"])
    def made(_: Request) -> Response:
        return Response("made", 201, content_type="text/x-made")

    return app


@pytest.fixture
def asker(tmp_path: Path) -> Iterator[tuple[Asker, Curl]]:
    """A user of a server with these endpoints, and curl."""
    made = settings(database=str(tmp_path / "db"))
    with Server(made, published()) as server, Serving(server) as serving:

        def curl(*arguments: str) -> str:
            *options, path = arguments
            command = ["curl", "--silent", *options, f"{serving.endpoint}{path}"]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            return done.stdout

        yield Asker(server).signup("ada"), curl


def test_every_example_of_the_guide_is_answered(asker: tuple[Asker, Curl]) -> None:
    ada, curl = asker
    form = ["-H", "Content-Type: application/x-www-form-urlencoded", "-d", "a=3&b=at"]
    sent = ["-H", "Content-Type: application/json", "-d", '{"name": "John"}']
    keys = ["-H", f"X-Skygear-API-Key: {KEY}"]
    token = ["-H", f"X-Skygear-Access-Token: {ada.token}"]

    found = [
        curl("/get_query_string?key=month&value=10"),
        curl(*form, "/form"),
        curl(*sent, "/json"),
        curl("/url/more/levels?level=3"),
        curl(*keys, *token, "/mine"),
    ]

    assert [json.loads(text) for text in found[:-1]] == [
        {"key": "month", "value": 10},
        {"a": 3, "b": "at"},
        {"name": "John"},
        {"path": "more/levels?level=3"},
    ]
    assert found[-1] == ada.user_id


def test_other_paths_and_methods_are_answered_as_by_the_original(
    asker: tuple[Asker, Curl],
) -> None:
    _, curl = asker
    status = ["-o", "/dev/null", "-w", "%{http_code} %{redirect_url} %{content_type}"]

    assert curl("/no/such/route") == curl("/") == curl("/form/more") == HOME
    assert curl(*status, "-X", "POST", "/made").split() == ["201", "text/x-made"]
    assert curl(*status, "/made").split() == ["404", "application/json"]
    assert curl(*status, "/url?a=1").split()[1].endswith("/url/?a=1")
    assert json.loads(curl("-L", "/url?a=1")) == {"path": "?a=1"}
    assert json.loads(curl("/mine"))["error"]["code"] == 101
