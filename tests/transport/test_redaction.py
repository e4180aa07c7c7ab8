from __future__ import annotations

import json

import pytest

from skysyn.transport import (
    MockTransport,
    RecordingTransport,
    Request,
    Response,
    redact_headers,
    redact_json,
    redact_request,
    redact_response,
)

NAMES = [
    "api_key",
    "APIKey",
    "access_token",
    "refresh_token",
    "password",
    "old_password",
    "client_secret",
    "session",
    "session_key",
    "credentials",
]


@pytest.mark.parametrize("name", NAMES)
def test_members_named_like_secrets_are_hidden_at_any_depth(name: str) -> None:
    hidden = redact_json({"a": [{name: "canary", "b": 1}]})

    assert hidden == {"a": [{name: "***", "b": 1}]}


def test_only_headers_known_to_be_harmless_are_shown() -> None:
    headers = {"X-Skygear-API-Key": "canary", "New": "canary", "Date": "today"}

    assert redact_headers(headers) == {
        "X-Skygear-API-Key": "***",
        "New": "***",
        "Date": "today",
    }


def test_a_request_is_recorded_without_its_secrets() -> None:
    body = json.dumps({"api_key": "canary", "action": "x"}).encode()
    request = Request(
        "POST", "https://u:canary@host/a?session=canary", {"K": "canary"}, body
    )

    assert redact_request(request) == Request(
        "POST",
        "https://host/a?***",
        {"K": "***"},
        b'{"api_key": "***", "action": "x"}',
    )


def test_bodies_that_are_not_json_stay() -> None:
    assert redact_response(Response(200, {}, b"\xff")) == Response(200, {}, b"\xff")


def test_recordings_are_redacted_and_answers_are_not() -> None:
    kept: list[tuple[Request, Response]] = []
    answer = Response(200, {}, b'{"access_token": "canary"}')
    transport = RecordingTransport(MockTransport(lambda _: answer), kept.append)

    received = transport.send(Request("GET", "https://host/?token=canary"))

    assert received == answer
    assert kept == [
        (
            Request("GET", "https://host/?***"),
            Response(200, {}, b'{"access_token": "***"}'),
        )
    ]
