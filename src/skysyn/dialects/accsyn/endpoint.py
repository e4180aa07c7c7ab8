"""Endpoint: accsyn's language listened to: requests as operations and back."""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from typing import TYPE_CHECKING, Any, Literal, TypeAlias
from urllib.parse import unquote_to_bytes, urlsplit

import attrs
import msgspec

from skysyn.dialects.base import Endpoint
from skysyn.errors import QueryError, RemoteError
from skysyn.models import (
    JSON,
    Answer,
    Delete,
    Entries,
    Operation,
    Result,
    Rows,
    Save,
)
from skysyn.transport import Response

from . import credentials, legacy, listening
from .dialect import BASES, LOGINS, REGISTRY
from .events import METHODS, Event
from .refusals import dump, invalid, status_of, unknown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from skysyn.transport import Request

    from .credentials import Credentials

Purpose: TypeAlias = Literal["registry", "login", "event"]

HEADERS = {"Content-Type": "application/json"}
_REGISTRY = urlsplit(REGISTRY).path.rpartition("/")[2]
_PURPOSES: dict[str, Purpose] = {
    f"{BASES['v3']}/{_REGISTRY}": "registry",
    f"{BASES['v3']}/workspace/{_REGISTRY}": "registry",
    f"{BASES['v1']}/registry/organization/domain": "registry",
    f"{BASES['v3']}{LOGINS['v3']}": "login",
    f"{BASES['v1']}{LOGINS['v1']}": "login",
    f"{BASES['v3']}/event": "event",
    f"{BASES['v1']}/event": "event",
}
# how clients before 1.3.5, who know no other form of dates, introduce themselves
_OLD_DATES = re.compile(r"PythonAPI v1\.([0-2]\.|3\.[0-4]\b)")


@attrs.frozen
class Asked:
    """One request: what it is for, its event, and who says to be asking."""

    purpose: Purpose
    event: Event
    workspace: str = ""
    credentials: Credentials | None = None
    eid: str = ""
    ident: str = ""
    session: str = attrs.field(default="", repr=False)
    path: str = ""
    host: str = ""
    device: str = ""

    @property
    def is_old(self) -> bool:
        """Whether it is asked by version 1 of the API."""
        return self.path.startswith(BASES["v1"])

    @property
    def wants_old_dates(self) -> bool:
        """Whether the client reads dates only as `{USD::date}…`."""
        return _OLD_DATES.match(self.device) is not None


@attrs.frozen
class AccsynEndpoint(Endpoint):
    """Listens to accsyn's language; *max_data* bounds what compressed data become."""

    max_data: int = 64 * 1024 * 1024

    def read(self, request: Request) -> Asked:
        """Return what *request* asks for.

        Raises:
            RemoteError: it is not in accsyn's language.
        """
        parts = urlsplit(request.url)
        purpose = _PURPOSES.get(parts.path)
        if purpose is None:
            msg = f"no such path: {parts.path:.100}"
            raise unknown(msg)
        method = request.method.upper()
        if method not in METHODS:
            msg = f"no such method: {method:.20}"
            raise invalid(msg)
        document = _document(method, parts.query, request.body)
        headers = {name.lower(): value for name, value in request.headers.items()}
        named = headers.get("x-accsyn-workspace", "")
        who = credentials.load(headers.get("authorization", ""), named)
        event = Event(method, purpose, document)
        if purpose == "event":
            event = self._event(method, document)
        return Asked(
            purpose,
            event,
            _workspace(document, named or (who.workspace if who else "")),
            who,
            eid=_text(document, "eid"),
            ident=_text(document, "ident"),
            session=_text(document, "session"),
            path=parts.path,
            host=headers.get("host", parts.netloc),
            device=headers.get("x-accsyn-device") or headers.get("asdevice", ""),
        )

    def _event(self, method: str, document: Mapping[str, JSON]) -> Event:
        uri = document.get("uri")
        if not isinstance(uri, str) or not Event.names(uri):
            msg = f"uri: {uri!r:.100} is no operation"
            raise invalid(msg)
        data = document.get("data")
        packed = document.get("gz_data")
        if packed is not None:
            data = self._unpack(packed)
        texts = [_optional(document, name) for name in ("id", "query")]
        return legacy.restore(Event(method, uri, data, *texts))

    def _unpack(self, packed: JSON) -> JSON:
        try:
            raw = base64.b64decode(str(packed), validate=True)
            reader = zlib.decompressobj(wbits=31)
            text = reader.decompress(raw, self.max_data)
            if not reader.eof:
                msg = "gz_data: it is cut, or too large"
                raise invalid(msg)
            found: JSON = msgspec.json.decode(text)
        except (binascii.Error, ValueError, zlib.error, RecursionError):
            msg = "gz_data: it is no base64 of gzipped JSON"
            raise invalid(msg) from None
        return found

    def parse(self, request: Request) -> Operation:
        """Return the operation that *request* asks for; logins are calls."""
        asked = self.read(request)
        return self.operation(asked)

    def operation(self, asked: Asked) -> Operation:
        """Return the operation that is *asked* for.

        Raises:
            RemoteError: its data have another form than such an operation's.
        """
        try:
            return listening.operation(asked.event, asked.eid)
        except QueryError as error:
            msg = f"invalid query: {error}"
            raise invalid(msg) from None

    def render(self, operation: Operation, outcome: Result | RemoteError) -> Response:
        """Return the response that says *outcome* of *operation*."""
        if isinstance(outcome, RemoteError):
            return _response(status_of(outcome), dump(outcome))
        match outcome:
            case Rows():
                return _listed(outcome.rows)
            case Entries():
                return self._entries(operation, outcome)
            case Answer():
                return _response(200, _answer(outcome))

    def _entries(self, operation: Operation, entries: Entries) -> Response:
        rows: list[bytes] = []
        for entry in entries.entries:
            if isinstance(entry, RemoteError):
                if isinstance(operation, Save):
                    return self.render(operation, entry)
                continue  # what is not there is not in the list
            rows.append(entry)
        if isinstance(operation, Delete):
            return _response(200, {"result": bool(rows)})
        return _listed(rows)


def _document(method: str, query: str, body: bytes) -> dict[str, JSON]:
    """Return the JSON that is the whole query string, or the body."""
    text = unquote_to_bytes(query) if method in {"GET", "DELETE"} else body
    try:
        found: dict[str, Any] = msgspec.json.decode(text or b"{}", type=dict[str, Any])
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        where = "query string" if method in {"GET", "DELETE"} else "body"
        msg = f"the {where} is no JSON object"
        raise invalid(msg) from None
    return found


def _workspace(document: Mapping[str, JSON], named: str) -> str:
    found = _text(document, "workspace") or _text(document, "domain")
    if found and named and found.lower() != named.lower():
        msg = "workspace: the header and the event name different ones"
        raise invalid(msg)
    return found or named


def _text(document: Mapping[str, JSON], name: str) -> str:
    return _optional(document, name) or ""


def _optional(document: Mapping[str, JSON], name: str) -> str | None:
    value = document.get(name)
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        msg = f"{name}: text is wanted"
        raise invalid(msg)
    return value


def _answer(outcome: Answer) -> dict[str, JSON]:
    info = dict(outcome.info)
    if outcome.result is None and info:
        return info
    return {"result": outcome.result, **info}


def _listed(rows: tuple[bytes, ...] | list[bytes]) -> Response:
    return Response(200, dict(HEADERS), b'{"result":[' + b",".join(rows) + b"]}")


def _response(status: int, body: Mapping[str, JSON]) -> Response:
    return Response(status, dict(HEADERS), msgspec.json.encode(body))
