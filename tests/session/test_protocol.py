"""Answers that are not Skygear's."""

from __future__ import annotations

import pytest

from skysyn import MockTransport, Response, Skygear, connect
from skysyn.errors import ProtocolError, RemoteError

from .answering import answering
from .service import ENDPOINT
from .tasks import Task


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, b"<html><title>Log in to the hotel network</title></html>"),
        (502, b"<html>Bad gateway</html>"),
        (400, b""),
        (200, b""),
        (200, b'{"result":[{"_id":"task/t"'),
        (200, b"[]"),
        (200, b'"text"'),
        (200, b'{"result":{"a":1}}'),
        (200, b'{"result":[1]}'),
        (200, b'{"error":"text"}'),
        (500, b"{}"),
        (302, b'{"result":[]}'),
        (200, b"\xff\xfe"),
        (200, b"[" * 100000),
    ],
)
def test_another_answer_is_a_protocol_error(status: int, body: bytes) -> None:
    session = answering(status, body)

    for ask in (session.query(Task).all, lambda: session.get(Task, "t")):
        with pytest.raises(ProtocolError) as caught:
            ask()

        found = caught.value
        assert found.status == status
        assert found.start == body.decode("utf-8", "replace")[:200]
        assert str(status) in str(found)


def test_an_answer_with_other_entries_than_asked_is_a_protocol_error() -> None:
    session = answering(200, b'{"result":[]}')

    with pytest.raises(ProtocolError, match="1 items were sent, but 0 were answered"):
        session.get(Task, "t")


def test_a_login_without_a_token_is_a_protocol_error() -> None:
    session = answering(200, b'{"result":{"user_id":"ann"}}')

    with pytest.raises(ProtocolError, match="auth:login answered something else"):
        session.login(username="ann", password="pw")
    assert session.dialect.access_token is None


def test_an_error_has_all_that_the_server_said() -> None:
    body = b'{"error":{"code":20001,"name":"Mine","message":"no","info":{"a":1}}}'
    transport = MockTransport(
        lambda _: Response(500, {"x-skygear-request-id": "req-9"}, body)
    )
    session = connect(Skygear(ENDPOINT, api_key="k"), transport=transport)

    with pytest.raises(RemoteError) as caught:
        session.call("anything")

    found = caught.value
    assert (found.code, found.name, found.message) == (20001, "Mine", "no")
    assert (found.info, found.status, found.request_id) == ({"a": 1}, 500, "req-9")
    assert str(found) == "20001 Mine: no (request req-9)"
