"""The defects of the official client with answers that fail (D12 to D22)."""

from __future__ import annotations

from typing import Any

import pytest

from skysyn import Response
from skysyn.accsyn import AccsynException
from skysyn.errors import ProtocolError, RemoteError, SessionExpired, Unavailable
from tests.accsyn.stub import Stub, always, answer, first


def fail(_: object) -> Response:
    return answer({"exception": "Traceback"})


def test_d12_a_registry_that_fails_is_a_typed_error() -> None:
    stub = Stub()
    stub.instead = fail

    with pytest.raises(Unavailable):
        stub.plain(hostname=None)


@pytest.mark.parametrize("status", [401, 429, 500])
def test_d13_the_status_counts(status: int) -> None:
    stub = Stub(always(answer({"result": []}, status)))

    with pytest.raises(RemoteError) as raised:
        stub.plain().find("Transfer")
    assert raised.value.status == status


def test_d14_interrupts_come_through() -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    session = Stub(interrupt).plain()

    with pytest.raises(KeyboardInterrupt):
        session.find("Transfer")


def test_d15_an_expired_session_is_renewed_or_told() -> None:
    expired = {"message": "Session expired", "session_expired": True}
    left = [expired]
    stub = Stub(first(*left))

    assert stub.plain().find("Transfer")
    with pytest.raises(SessionExpired) as raised:
        Stub(always(expired)).plain().find("Transfer")
    assert raised.value.info["session_expired"] is True


def test_d16_the_last_message_is_the_last_message() -> None:
    left = [{"message": "raw", "message_hr": "human"}]
    session = Stub(first(*left)).plain()

    assert session.get_last_message() is None
    with pytest.raises(AccsynException):
        session.find("Transfer")
    assert session.get_last_message() == "human"


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"3", b"<html>"])
def test_d21_other_bodies_are_typed_errors(body: bytes) -> None:
    stub = Stub(always(Response(200, {}, body)))

    with pytest.raises(ProtocolError):
        stub.plain().find("Transfer")


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ({"result": True}, True),
        ({"result": {"id": "a"}}, {"id": "a"}),
        ({"result": [1]}, 1),
        ({"result": [1, 2]}, [1, 2]),
        ({"success": True}, {"success": True}),
    ],
)
def test_d22_create_answers_with_what_came(body: Any, found: object) -> None:
    session = Stub(always(body)).plain()

    assert session.create("Queue", {"name": "a"}) == found
