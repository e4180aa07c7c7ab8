"""Event: what every call to accsyn is, and the envelope it travels in."""

from __future__ import annotations

import base64
import gzip
import json
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Self
from urllib.parse import quote

import attrs

from skysyn.errors import QueryError
from skysyn.models import JSON, Call

if TYPE_CHECKING:
    from collections.abc import Mapping

METHODS = {"GET", "POST", "PUT", "DELETE"}
THRESHOLD = 102_400
"""From what estimated size on data are compressed; exactly this size is not."""

_OTHER_SIZE = 10
_URI = re.compile(r"[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*")


@attrs.frozen
class Event:
    """One call: *uri* is the operation, *id* the entity, *query* an expression."""

    method: str
    uri: str
    data: JSON = attrs.field(factory=dict[str, JSON])
    id: str | None = None
    query: str | None = None

    @classmethod
    def of_call(cls, call: Call) -> Self:
        """Return the event that *call* names, as `GET transfer/find`.

        Raises:
            QueryError: it names none, or its payload has other keys than `data`,
                `id` and `query`.
        """
        method, _, uri = call.name.partition(" ")
        unknown = set(call.payload) - {"data", "id", "query"}
        if method not in METHODS or not _is_uri(uri) or unknown:
            msg = (
                f"{call.name!r} with {sorted(call.payload)} is no event: write "
                "call('GET transfer/find', {'data': …, 'id': …, 'query': …})"
            )
            raise QueryError(msg)
        found = call.payload.get("id"), call.payload.get("query")
        texts = [None if text is None else str(text) for text in found]
        return cls(method, uri, call.payload.get("data", {}), texts[0], texts[1])

    def call(self) -> Call:
        """Return the operation that asks for this event."""
        payload: dict[str, JSON] = {"data": self.data}
        if self.id:
            payload["id"] = self.id
        if self.query:
            payload["query"] = self.query
        return Call(f"{self.method} {self.uri}", payload)

    @staticmethod
    def names(uri: str) -> bool:
        """Say whether *uri* can be an operation's."""
        return _is_uri(uri)

    @property
    def is_read(self) -> bool:
        """Whether the event changes nothing."""
        return self.method == "GET"

    def pack(self) -> dict[str, JSON]:
        """Return the part of the envelope that is about this event."""
        packed: dict[str, JSON] = {"data": self.data}
        if estimate(self.data) > THRESHOLD:
            packed = {"gz_data": compress(self.data)}
        if self.query:
            packed["query"] = self.query
        if self.id:
            packed["id"] = self.id
        return packed


def _is_uri(text: str) -> bool:
    return _URI.fullmatch(text) is not None


def timestamp() -> str:
    """Return the present moment as the envelope says it."""
    return datetime.now(UTC).replace(tzinfo=None).isoformat(timespec="seconds")


def write(document: Mapping[str, JSON]) -> str:
    """Return *document* as the JSON text that travels: ASCII alone.

    Raises:
        QueryError: it holds what JSON has no form for.
    """
    try:
        text = json.dumps(document, allow_nan=False)
        if "\\ud" in text:
            # half a character has an escape, but is no text that a service can read
            json.dumps(document, ensure_ascii=False).encode()
    except (TypeError, ValueError, RecursionError) as error:
        msg = f"the request cannot be written as JSON: {error}"
        raise QueryError(msg) from error
    return text


def write_query(text: str) -> str:
    """Return JSON *text* as a query string; it is the whole of it, without a name."""
    return quote(text, safe="/")


def estimate(data: JSON) -> int:
    """Return the size of *data* as the service counts it to ask for compression."""
    match data:
        case dict():
            return sum(len(key) + estimate(value) for key, value in data.items())
        case list():
            return sum(estimate(item) for item in data)
        case str():
            return len(data)
        case None:
            return 0
        case _:
            return _OTHER_SIZE


def compress(data: JSON) -> str:
    """Return *data* as base64 of the gzipped JSON text."""
    text = json.dumps(data, allow_nan=False).encode()
    return base64.b64encode(gzip.compress(text, mtime=0)).decode()


def decompress(text: str) -> JSON:
    """Return what `compress()` made *text* of."""
    found: JSON = json.loads(gzip.decompress(base64.b64decode(text)))
    return found
