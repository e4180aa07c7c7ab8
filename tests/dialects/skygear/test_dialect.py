"""Settings of an app, and the requests that operations become."""

from __future__ import annotations

import json
from datetime import UTC
from typing import Any

import pytest

from skysyn import Request, Skygear
from skysyn.errors import ConversionError, DeclarationError, QueryError
from skysyn.models import Call, Delete, Fetch, Operation, RecordID, Row, Save, Select

APP = Skygear("https://app.example.com/", api_key="key", access_token="token")
TASK = RecordID("task", "t1")


@pytest.mark.parametrize(
    ("operation", "path", "effect", "body"),
    [
        (
            Select("task", limit=2),
            "/record/query",
            "read",
            {"record_type": "task", "limit": 2, "database_id": "_public"},
        ),
        (
            Fetch((TASK,), "_private"),
            "/record/fetch",
            "read",
            {"ids": ["task/t1"], "database_id": "_private"},
        ),
        (
            Save((Row(TASK, {"n": 1}),), atomic=True),
            "/record/save",
            "upsert",
            {
                "records": [{"_id": "task/t1", "n": 1}],
                "atomic": True,
                "database_id": "_public",
            },
        ),
        (
            Delete((TASK,)),
            "/record/delete",
            "write",
            {"ids": ["task/t1"], "database_id": "_public"},
        ),
        (Call("schema:field_access:get"), "/schema/field_access/get", "read", {}),
        (Call("role:get", {"users": ["u"]}), "/role/get", "read", {"users": ["u"]}),
        (Call("pay", {"args": [1]}), "/pay", "write", {"args": [1]}),
    ],
)
def test_operation_is_a_post_to_the_path_of_its_action(
    operation: Operation, path: str, effect: str, body: dict[str, object]
) -> None:
    request = APP.encode(operation)

    action = path.removeprefix("/").replace("/", ":")
    assert request.url == f"https://app.example.com{path}"
    assert (request.method, request.effect) == ("POST", effect)
    assert json.loads(request.body) == {"action": action, **body}


def test_keys_travel_in_headers_only() -> None:
    request = APP.encode(Call("me"))

    assert request.headers["X-Skygear-API-Key"] == "key"
    assert request.headers["X-Skygear-Access-Token"] == "token"
    assert b"key" not in request.body.replace(b"me", b"")


def test_user_to_act_as_travels_in_the_body() -> None:
    app = Skygear("https://app.example.com", api_key="master", user_id="u1")

    body = json.loads(app.encode(Call("me")).body)

    assert body == {"action": "me", "_user_id": "u1"}


def test_settings_are_read_from_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SKYGEAR_ENDPOINT", "https://app.example.com")
    monkeypatch.setenv("SKYGEAR_API_KEY", "key")
    monkeypatch.setenv("SKYGEAR_ACCESS_TOKEN", "token")

    assert Skygear() == APP


def test_arguments_win_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SKYGEAR_API_KEY", "other")

    assert Skygear("https://app.example.com", api_key="key").api_key == "key"


@pytest.mark.parametrize(
    "endpoint",
    [
        "",
        "app.example.com",
        "ftp://app",
        "https://user:pw@app.example.com",
        "https://app.example.com/?key=pw",
        "https://app.example.com/#pw",
    ],
)
def test_what_is_no_endpoint_is_refused(endpoint: str) -> None:
    with pytest.raises(DeclarationError, match="is no endpoint"):
        Skygear(endpoint)


@pytest.mark.parametrize("name", ["", "_nope"])
def test_what_is_no_database_is_refused(name: str) -> None:
    with pytest.raises(QueryError, match="no database"):
        Skygear("https://app.example.com", database=name)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), UTC])
def test_what_json_cannot_say_is_refused(value: Any) -> None:
    with pytest.raises((ConversionError, QueryError), match="JSON"):
        APP.encode(Call("pay", {"args": [value]}))


def test_secrets_are_in_no_text() -> None:
    shown = f"{APP!r} {APP} {APP.encode(Call('me'))!r} {APP.redact('key token')}"

    assert "'key'" not in shown
    assert "token'" not in shown.replace("access_token='***'", "")
    assert APP.redact("key token") == "*** ***"


def test_request_is_data() -> None:
    assert isinstance(APP.encode(Call("me")), Request)
