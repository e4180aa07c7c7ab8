from __future__ import annotations

import json
from typing import Any

import pytest

from skysyn import Response
from skysyn.dialects.accsyn import answers
from skysyn.errors import (
    AuthenticationError,
    Conflict,
    InvalidRequest,
    NotFound,
    PermissionDenied,
    ProtocolError,
    RemoteError,
    SessionExpired,
    Unavailable,
)
from skysyn.models import (
    Answer,
    Call,
    Delete,
    Entries,
    Fetch,
    RecordID,
    Row,
    Rows,
    Save,
    Select,
)

ID = "66aa00000000000000000001"
FIND = Select("transfer")


def response(body: Any, status: int = 200) -> Response:
    return Response(status, {}, json.dumps(body).encode())


ERRORS: list[tuple[dict[str, Any], int, type[RemoteError], str]] = [
    ({"message": "x", "session_expired": True}, 200, SessionExpired, "x"),
    ({"message": "x", "session_expired": False}, 200, InvalidRequest, "x"),
    ({"message": "raw", "message_hr": "human"}, 200, InvalidRequest, "human"),
    ({"message": "permission denied: share a"}, 200, PermissionDenied, "permission"),
    ({"message": "You are not allowed to write"}, 200, PermissionDenied, "You"),
    ({"message": "Unauthorized"}, 200, AuthenticationError, "Unauthorized"),
    ({"message": "Invalid API key"}, 200, AuthenticationError, "Invalid"),
    ({"message": "Job not found"}, 200, NotFound, "Job"),
    ({"message": "Entity does not exist"}, 200, NotFound, "Entity"),
    ({"message": "code already exists"}, 200, Conflict, "code"),
    ({"message": "duplicate task"}, 200, Conflict, "duplicate"),
    ({"message": "Too many requests"}, 200, Unavailable, "Too"),
    ({"message": "anything"}, 401, AuthenticationError, "anything"),
    ({"message": "anything"}, 403, PermissionDenied, "anything"),
    ({"message": "anything"}, 404, NotFound, "anything"),
    ({"message": "anything"}, 409, Conflict, "anything"),
    ({"message": "anything"}, 429, Unavailable, "anything"),
    ({"message": "anything"}, 500, Unavailable, "anything"),
    ({"message": ""}, 200, InvalidRequest, "(no message)"),
    ({"exception": "Traceback"}, 200, Unavailable, "the service failed"),
    ({"result": []}, 500, Unavailable, "HTTP status 500"),
    ({"result": []}, 401, AuthenticationError, "HTTP status 401"),
    ({"result": []}, 400, InvalidRequest, "HTTP status 400"),
]


@pytest.mark.parametrize(("body", "status", "kind", "start"), ERRORS)
def test_every_error_form_has_a_type(
    body: dict[str, Any], status: int, kind: type[RemoteError], start: str
) -> None:
    with pytest.raises(RemoteError) as raised:
        answers.decode(FIND, response(body, status))

    assert type(raised.value) is kind
    assert raised.value.message.startswith(start)
    assert (raised.value.info, raised.value.status) == (body, status)


@pytest.mark.parametrize(
    ("said", "name"),
    [("E#J001-071 gone", "E#J001-071"), ("W#J008", "W#J008"), ("no code", None)],
)
def test_a_job_problem_gives_the_error_its_name(said: str, name: str | None) -> None:
    with pytest.raises(RemoteError) as raised:
        answers.decode(FIND, response({"message": said}))

    assert raised.value.name == name


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_pages_of_busy_servers_are_unavailable(status: int) -> None:
    with pytest.raises(Unavailable):
        answers.decode(FIND, Response(status, {}, b"<html>"))


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"null", b"3", b'"x"', b"[]", b"{", b"<html>", b"{}", b'{"result": 3}'),
        *(b'{"result": [3]}', b"\xff", b'{"result": [tru]}', b'{"result": {}}'),
    ],
)
def test_other_languages_are_protocol_errors(body: bytes) -> None:
    with pytest.raises(ProtocolError):
        answers.decode(FIND, Response(200, {}, body))


def test_other_good_statuses_are_no_errors() -> None:
    assert answers.decode(FIND, response({"result": []}, 201)) == Rows(())


@pytest.mark.parametrize("value", [b"tru", b"1e999"])
def test_a_broken_message_is_a_protocol_error(value: bytes) -> None:
    with pytest.raises(ProtocolError):
        answers.decode(FIND, Response(200, {}, b'{"message": %s}' % value))


def test_rows_stay_bytes() -> None:
    found = answers.decode(FIND, Response(200, {}, b'{"result": [{"id":"a"}, {}]}'))

    assert found == Rows((b'{"id":"a"}', b"{}"))


def test_what_is_fetched_and_gone_is_not_found() -> None:
    asked = Fetch((RecordID("transfer", ID),))

    found = answers.decode(asked, response({"result": []}))

    assert isinstance(found, Entries)
    assert [type(entry) for entry in found.entries] == [NotFound]


def test_a_save_without_an_answer_is_a_protocol_error() -> None:
    asked = Save((Row(RecordID("transfer", ID), {"name": "a"}),))

    with pytest.raises(ProtocolError):
        answers.decode(asked, response({"result": []}))


def test_tasks_are_found_by_their_ids() -> None:
    rows = tuple(Row(RecordID("task", key), {"priority": 1}) for key in ("a", "b"))
    body = b'{"result": [{"id":"b","priority":1}]}'

    found = answers.decode(Save(rows, scope=ID), Response(200, {}, body))

    assert isinstance(found, Entries)
    assert isinstance(found.entries[0], NotFound)
    assert found.entries[1] == b'{"id":"b","priority":1}'


@pytest.mark.parametrize(
    ("result", "done"), [(True, True), (None, True), (False, False)]
)
def test_a_delete_says_whether_it_was_there(result: object, done: bool) -> None:
    asked = Delete((RecordID("transfer", ID),))

    found = answers.decode(asked, response({"result": result}))

    assert isinstance(found, Entries)
    assert (found.entries[0] == b"") is done


def test_calls_keep_what_stands_beside_the_result() -> None:
    found = answers.decode(Call("GET log/find"), response({"result": [1], "total": 9}))

    assert found == Answer([1], {"total": 9})
