"""Endpoint: Skygear's language listened to: requests as operations and back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NoReturn, cast
from urllib.parse import unquote, urlsplit

import attrs
import msgspec

from skysyn.dialects.base import Endpoint
from skysyn.errors import RemoteError
from skysyn.models import (
    JSON,
    Answer,
    Call,
    Delete,
    Entries,
    Fetch,
    Operation,
    Result,
    Rows,
    Save,
)
from skysyn.transport import Response

from . import batches, literals, questions
from .refusals import dump, refuse, status_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from skysyn.transport import Request

HEADERS = {"Content-Type": "application/json"}

_fast = msgspec.json.Decoder(dict[str, Any])
_ESCAPES = {
    b"<": b"\\u003c",
    b">": b"\\u003e",
    b"&": b"\\u0026",
    "\u2028".encode(): b"\\u2028",
    "\u2029".encode(): b"\\u2029",
}


class Unreadable(Exception):
    """The body is no JSON object; the answer is a bare 400."""


@attrs.frozen
class Asked:
    """One request: the action, its parameters, and who says to be asking."""

    action: str
    payload: Mapping[str, JSON] = attrs.field(repr=False)
    api_key: str = attrs.field(default="", repr=False)
    access_token: str = attrs.field(default="", repr=False)
    user_id: str = ""
    is_plugin: bool = False


@attrs.frozen
class SkygearEndpoint(Endpoint):
    """Listens to Skygear's language; *actions* are those that a path may name."""

    actions: frozenset[str] = frozenset()
    limits: questions.Limits = attrs.field(factory=questions.Limits)

    def read(self, request: Request) -> Asked:
        """Return what *request* asks for, before the parameters are looked at.

        Raises:
            Unreadable: its body is no JSON object.
        """
        payload = decode_body(request.body)
        path = unquote(urlsplit(request.url).path, errors="replace")
        action = path.removeprefix("/").replace("/", ":")
        if action not in self.actions or not action:
            action = _text(payload.get("action"))
        return Asked(
            action,
            payload,
            _header(request, "X-Skygear-API-Key") or _text(payload.get("api_key")),
            _header(request, "X-Skygear-Access-Token")
            or _text(payload.get("access_token")),
            _text(payload.get("_user_id")),
            payload.get("_from_plugin") is True,
        )

    def parse(self, request: Request) -> Operation:
        """Return the operation that *request* asks for."""
        try:
            asked = self.read(request)
        except Unreadable:
            raise refuse(107, "the body is no JSON object") from None
        return self.operation(asked)

    def operation(self, asked: Asked) -> Operation:
        """Return the operation that is *asked* for."""
        match asked.action:
            case "record:query":
                return questions.load(asked.payload, self.limits)
            case "record:fetch":
                return batches.load_fetch(asked.payload)
            case "record:save":
                return batches.load_save(asked.payload).as_save()
            case "record:delete":
                return batches.load_delete(asked.payload)
            case action:
                return Call(action, _parameters(asked.payload))

    def render(self, operation: Operation, outcome: Result | RemoteError) -> Response:
        """Return the response that says *outcome* of *operation*."""
        if isinstance(outcome, RemoteError):
            body: dict[str, object] = {"error": dump(outcome)}
            headers = dict(HEADERS)
            if outcome.request_id is not None:
                headers["X-Skygear-Request-Id"] = outcome.request_id
            return Response(status_of(outcome), headers, encode(body) + b"\n")
        return Response(200, dict(HEADERS), _success(operation, outcome) + b"\n")

    def render_rows(self, rows: Iterable[bytes], total: int | None) -> Iterator[bytes]:
        """Yield the pieces of a body that lists *rows*."""
        yield from _pieces(rows, total)
        yield b"\n"

    def render_batch(self, batch: batches.Batch, entries: Entries) -> Response:
        """Return the response that says what became of each item of *batch*."""
        ids = [
            None if isinstance(item, RemoteError) else str(item.id)
            for item in batch.items
        ]
        body = _array(b"result", _entries(ids, entries))
        return Response(200, dict(HEADERS), body + b"\n")


def decode_body(body: bytes) -> dict[str, JSON]:
    """Return the JSON object that *body* starts with; without any, an empty one.

    Raises:
        Unreadable: it starts with something else.
    """
    if not body.strip():
        return {}
    try:
        return _fast.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return _decode_slowly(body)


def _decode_slowly(body: bytes) -> dict[str, JSON]:
    """Read what only the real server's reader would, such as text after the object."""
    text = body.decode("utf-8", "replace").lstrip(" \t\r\n")
    try:
        found = json.JSONDecoder(
            parse_constant=_no_number, parse_float=_finite, strict=True
        ).raw_decode(text)[0]
        # halves of surrogate pairs are replaced, as Go does when it reads
        found = json.loads(literals.text(json.dumps(found, ensure_ascii=False)))
    except RecursionError:
        raise refuse(108, "the request is nested too deeply") from None
    except ValueError:
        raise Unreadable from None
    if not isinstance(found, dict):
        raise Unreadable
    return cast("dict[str, JSON]", found)


def _no_number(name: str) -> NoReturn:
    msg = f"{name} is no number"
    raise ValueError(msg)


def _finite(digits: str) -> float:
    value = float(digits)
    if value in {float("inf"), float("-inf")}:
        _no_number(digits)
    return value


def encode(value: object) -> bytes:
    """Return *value* as JSON with the characters escaped that Go escapes."""
    return escape(msgspec.json.encode(value))


def escape(encoded: bytes) -> bytes:
    """Return JSON text with `<`, `>`, `&` and two line ends escaped."""
    for raw, escaped in _ESCAPES.items():
        if raw in encoded:
            encoded = encoded.replace(raw, escaped)
    return encoded


def dump_entry(record: str | None, error: RemoteError) -> dict[str, JSON]:
    """Return the entry that stands for a failed record of a batch."""
    entry: dict[str, JSON] = {"_type": "error", **dump(error)}
    return entry if record is None else {"_id": record, **entry}


def _success(operation: Operation, result: Result) -> bytes:
    match result:
        case Rows():
            return _rows(result)
        case Entries():
            return _array(b"result", _entries(_ids_of(operation), result))
        case Answer(result=None, info=info) if not info:
            return b"{}"
        case Answer():
            body: dict[str, object] = {}
            if result.result is not None:
                body["result"] = result.result
            if result.info:
                body["info"] = result.info
            return encode(body)


def _rows(rows: Rows) -> bytes:
    return b"".join(_pieces(rows.rows, rows.total))


def _pieces(rows: Iterable[bytes], total: int | None) -> Iterator[bytes]:
    # rows are JSON already, so they are joined and not encoded again
    separator = b'{"result":['
    for row in rows:
        yield separator
        yield row
        separator = b","
    yield b"]" if separator == b"," else b'{"result":[]'
    yield b"}" if total is None else b',"info":{"count":%d}}' % total


def _array(name: bytes, items: list[bytes]) -> bytes:
    return b'{"' + name + b'":[' + b",".join(items) + b"]}"


def _entries(ids: Sequence[str | None], entries: Entries) -> list[bytes]:
    rendered: list[bytes] = []
    for record, entry in zip(ids, entries.entries, strict=True):
        if isinstance(entry, RemoteError):
            rendered.append(encode(dump_entry(record, entry)))
        else:
            rendered.append(entry or encode({"_id": record, "_type": "record"}))
    return rendered


def _ids_of(operation: Operation) -> list[str]:
    match operation:
        case Save(rows=rows):
            return [str(row.id) for row in rows]
        case Fetch(ids=ids) | Delete(ids=ids):
            return [str(record) for record in ids]
        case _:
            return []


def _header(request: Request, name: str) -> str:
    wanted = name.lower()
    for key, value in request.headers.items():
        if key.lower() == wanted:
            return value
    return ""


def _text(value: JSON) -> str:
    return value if isinstance(value, str) else ""


def _parameters(payload: Mapping[str, JSON]) -> dict[str, JSON]:
    control = {"action", "api_key", "access_token", "_user_id", "_from_plugin"}
    return {key: value for key, value in payload.items() if key not in control}
