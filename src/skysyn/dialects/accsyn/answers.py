"""accsyn's answers: results and errors as typed results."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from skysyn.errors import NotFound, ProtocolError, RemoteError
from skysyn.models import (
    Answer,
    Call,
    Entries,
    Fetch,
    Operation,
    Result,
    Rows,
    Save,
    Select,
)

from . import faults
from .rows import key_of

if TYPE_CHECKING:
    from skysyn.transport import Response

Body = dict[str, msgspec.Raw]

_bodies = msgspec.json.Decoder(dict[str, msgspec.Raw])
_lists = msgspec.json.Decoder(list[msgspec.Raw])
_BUSY = {429, 502, 503, 504}
_UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)


def decode(operation: Operation, response: Response) -> Result:
    """Return what *response* answers to *operation*.

    Raises:
        RemoteError: the service said no.
        ProtocolError: this is not accsyn's language.
    """
    body = _open(response)
    match operation:
        case Call():
            return _answer(body, response)
        case Select():
            return Rows(tuple(_objects(body, response)))
        case Save() if operation.scope is not None:
            return Entries(_tasks(operation, body, response))
        case Fetch() | Save():
            return Entries((_only(operation, body, response),))
        case _:
            return Entries((_deleted(body, response),))


def read_object(response: Response) -> dict[str, Any]:
    """Return the whole body as plain JSON, raising the error it holds."""
    return _plain(_open(response), response)


def _open(response: Response) -> Body:
    """Return the body, raising the error it holds."""
    try:
        body = _bodies.decode(response.body)
    except _UNREADABLE as error:
        if response.status in _BUSY:
            msg = f"HTTP status {response.status}: the service is busy or away"
            raise faults.of_status(response.status, msg) from error
        raise foreign(response, f"the answer is not accsyn's: {error}") from error
    if response.status != 200 or "message" in body or "exception" in body:
        said = faults.lift(_plain(body, response), response.status)
        if said is not None:
            raise said
    return body


def _plain(body: Body, response: Response) -> dict[str, Any]:
    try:
        return {key: msgspec.json.decode(raw) for key, raw in body.items()}
    except _UNREADABLE as error:
        raise foreign(response, f"the answer is cut or broken: {error}") from error


def foreign(response: Response, reason: str) -> ProtocolError:
    """Return the error for a *response* that is not the service's language."""
    start = response.body[:800].decode("utf-8", "replace")[:200]
    shown = f": {start!r}" if start else ", and the body is empty"
    msg = f"{reason} (HTTP status {response.status}{shown})"
    return ProtocolError(msg, status=response.status, start=start)


def _answer(body: Body, response: Response) -> Answer:
    info = _plain(body, response)
    return Answer(info.pop("result", None), info)


def _objects(body: Body, response: Response) -> list[bytes]:
    if "result" not in body:
        raise foreign(response, "the answer has no result")
    try:
        rows = [bytes(raw) for raw in _lists.decode(body["result"])]
    except msgspec.MsgspecError as error:
        raise foreign(response, f"the result is no list: {error}") from error
    if any(not row.startswith(b"{") for row in rows):
        raise foreign(response, "the result is no list of entities")
    return rows


def _only(
    operation: Fetch | Save, body: Body, response: Response
) -> bytes | RemoteError:
    rows = _objects(body, response)
    if rows:
        return rows[0]
    if isinstance(operation, Save):
        raise foreign(response, "the service did not say what it stored")
    msg = f"there is no {operation.ids[0]}, or this user may not read it"
    return NotFound(msg, status=response.status)


def _tasks(
    save: Save, body: Body, response: Response
) -> tuple[bytes | RemoteError, ...]:
    """Return what was stored of each task, in the order they were sent."""
    try:
        rows = {key_of(row): row for row in _objects(body, response)}
    except _UNREADABLE as error:
        raise foreign(response, f"the tasks have no ids: {error}") from error
    missing = NotFound("the service did not say that it stored this task")
    return tuple(rows.get(row.id.key, missing) for row in save.rows)


def _deleted(body: Body, response: Response) -> bytes | RemoteError:
    if _plain(body, response).get("result") is False:
        msg = "there was nothing to delete"
        return NotFound(msg, status=response.status)
    return b""
