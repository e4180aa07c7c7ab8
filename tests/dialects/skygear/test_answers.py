from __future__ import annotations

import pytest

from skysyn import RecordID, Response
from skysyn.dialects.skygear import answers
from skysyn.errors import ProtocolError, RemoteError
from skysyn.models import (
    Answer,
    Call,
    Delete,
    Entries,
    Fetch,
    Operation,
    Row,
    Rows,
    Save,
    Select,
)

ONE = RecordID("note", "1")
SELECT = Select("note")
FETCH = Fetch((ONE,))
SAVE = Save((Row(ONE),))
DELETE = Delete((ONE,))
CALL = Call("me")
ALL: list[Operation] = [SELECT, FETCH, SAVE, DELETE, CALL]

PORTAL = b"<!DOCTYPE html><html><title>Welcome to Hotel Wifi</title>" + b"x" * 5000


@pytest.mark.parametrize("operation", ALL)
@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, PORTAL),
        (511, PORTAL),
        (502, b"Bad Gateway"),
        (200, b'{"result": [{"_id": "note/1", "_ty'),
        (200, b""),
        (400, b""),
        (200, b"null"),
        (200, b"[]"),
        (200, b'"OK"'),
        (200, b'{"result": "\xff"}'),
        (200, b'{"error": "no"}'),
        (200, b'{"error": {"code": "110"}}'),
        (200, b'{"info": []}'),
        (500, b"{}"),
        (302, b'{"result": {}}'),
        (200, b'{"result": ' + b"[" * 5000),
    ],
)
def test_what_is_no_answer_of_skygears_is_a_protocol_error(
    operation: Operation, status: int, body: bytes
) -> None:
    with pytest.raises(ProtocolError) as caught:
        answers.decode(operation, Response(status, {}, body))

    start = body.decode("utf-8", "replace")[:200]
    assert (caught.value.status, caught.value.start) == (status, start)


@pytest.mark.parametrize("operation", [SELECT, FETCH, SAVE, DELETE])
@pytest.mark.parametrize("result", [b'{"status": "OK"}', b'"OK"', b"5"])
def test_what_is_no_list_is_a_protocol_error(
    operation: Operation, result: bytes
) -> None:
    body = b'{"result": ' + result + b"}"

    with pytest.raises(ProtocolError, match="the result is no list"):
        answers.decode(operation, Response(200, {}, body))


@pytest.mark.parametrize("operation", [FETCH, SAVE, DELETE])
@pytest.mark.parametrize(
    "result",
    [
        b"[]",
        b'[{"_id": "note/1", "_type": "record"}, {"_id": "note/2", "_type": "record"}]',
    ],
)
def test_a_wrong_number_of_entries_is_a_protocol_error(
    operation: Operation, result: bytes
) -> None:
    body = b'{"result": ' + result + b"}"

    with pytest.raises(ProtocolError, match="1 items were sent, but") as caught:
        answers.decode(operation, Response(200, {}, body))

    assert caught.value.start == body.decode()[:200]


@pytest.mark.parametrize("operation", [FETCH, SAVE, DELETE])
@pytest.mark.parametrize(
    "entry",
    [
        b"5",
        b"null",
        b"[]",
        b"{}",
        b'{"_id": "note/1"}',
        b'{"_type": "record"}',
        b'{"_id": 5, "_type": "record"}',
        b'{"_id": "note/1", "_type": "ghost"}',
        b'{"_type": "error", "code": "x"}',
    ],
)
def test_an_entry_that_is_neither_record_nor_error_is_a_protocol_error(
    operation: Operation, entry: bytes
) -> None:
    body = b'{"result": [' + entry + b"]}"

    with pytest.raises(ProtocolError, match="entry") as caught:
        answers.decode(operation, Response(200, {}, body))

    assert caught.value.status == 200


@pytest.mark.parametrize("row", [b"5", b"null", b'"note/1"', b'[{"_id": "note/1"}]'])
def test_a_row_that_is_no_object_is_a_protocol_error(row: bytes) -> None:
    body = b'{"result": [{"_id": "note/1"}, ' + row + b"]}"

    with pytest.raises(ProtocolError, match="a record in the result is no object"):
        answers.decode(SELECT, Response(200, {}, body))


@pytest.mark.parametrize("count", [b'"5"', b"true", b"1.5", b"[1]"])
def test_a_count_that_is_no_number_is_a_protocol_error(count: bytes) -> None:
    body = b'{"result": [], "info": {"count": ' + count + b"}}"

    with pytest.raises(ProtocolError, match=r"info\.count is"):
        answers.decode(SELECT, Response(200, {}, body))


def test_a_record_may_have_fields_named_as_the_parts_of_an_error() -> None:
    record = (
        b'{"_id":"note/1","_type":"record","code":"x","name":1,"info":[],"message":2}'
    )
    body = b'{"result": [' + record + b"]}"

    found = answers.decode(FETCH, Response(200, {}, body))

    assert found == Entries((record,))


def test_a_null_result_is_left_out_by_the_server() -> None:
    empty = Response(200, {}, b"{}\n")

    found = [answers.decode(operation, empty) for operation in (SELECT, CALL)]

    assert found == [Rows(()), Answer()]


def test_rows_are_kept_as_they_came_and_counted() -> None:
    body = b'{"result": [{"_id": "note/1", "n": 1.50}], "info": {"count": 7}}'

    found = answers.decode(SELECT, Response(200, {}, body))

    assert found == Rows((b'{"_id": "note/1", "n": 1.50}',), 7)


def test_a_deleted_record_answers_with_nothing() -> None:
    body = b'{"result": [{"_id": "note/1", "_type": "record"}]}'

    assert answers.decode(DELETE, Response(200, {}, body)) == Entries((b"",))


def test_an_error_entry_stands_where_its_record_would() -> None:
    body = b'{"result": [{"_type": "error", "code": 110, "message": "gone"}]}'

    found = answers.decode(FETCH, Response(200, {}, body))

    assert isinstance(found, Entries)
    assert [isinstance(entry, RemoteError) for entry in found.entries] == [True]
