from __future__ import annotations

import logging
from typing import Any

import pytest

from skysyn.errors import ConnectError
from skysyn.transport import LogTransport, MockTransport, Request, Response

from .virtual import VirtualTime

ASK = Request(
    "POST",
    "https://me:canary@example.com/a?api_key=canary#canary",
    {"Authorization": "Bearer canary", "Content-Type": "application/json"},
    b'{"password": "canary"}',
)
TELL = Response(200, {"Set-Cookie": "canary", "Content-Type": "x"}, b'"canary"')


def fields(record: logging.LogRecord) -> dict[str, Any]:
    plain = logging.LogRecord("", 0, "", 0, "", None, None).__dict__
    return {
        name: value
        for name, value in record.__dict__.items()
        if name not in plain and name != "message"
    }


def test_a_call_is_one_structured_record(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "skysyn.transport")
    transport = LogTransport(MockTransport(lambda _: TELL), clock=VirtualTime().clock)

    transport.send(ASK)

    assert [fields(record) for record in caplog.records] == [
        {
            "http_method": "POST",
            "http_url": "https://example.com/a",
            "http_status": 200,
            "http_request_headers": {
                "Authorization": "***",
                "Content-Type": "application/json",
            },
            "http_response_headers": {"Set-Cookie": "***", "Content-Type": "x"},
            "sent_bytes": 22,
            "received_bytes": 8,
            "elapsed_ms": 0.0,
            "error": None,
        }
    ]
    assert caplog.messages == ["POST https://example.com/a: 200 in 0.0 ms"]


def test_no_secret_is_in_any_record(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    LogTransport(MockTransport(lambda _: TELL)).send(ASK)

    assert "canary" not in str([vars(record) for record in caplog.records])


def test_a_failure_is_logged_by_its_class(caplog: pytest.LogCaptureFixture) -> None:
    def fail(_: Request) -> Response:
        msg = "x"
        raise ConnectError(msg)

    caplog.set_level(logging.DEBUG, "skysyn.transport")
    with pytest.raises(ConnectError):
        LogTransport(MockTransport(fail)).send(ASK)

    assert fields(caplog.records[0])["error"] == "ConnectError"


def test_nothing_is_logged_by_default(caplog: pytest.LogCaptureFixture) -> None:
    LogTransport(MockTransport(lambda _: TELL)).send(ASK)

    assert caplog.records == []


def test_importing_configures_no_logging() -> None:
    assert logging.getLogger("skysyn.transport").handlers == []
