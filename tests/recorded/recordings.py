"""Recordings: exchanges with a real server, one file a topic."""

from __future__ import annotations

import json
import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import msgspec

from skysyn import Response

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from skysyn import JSON

TOPICS = (
    "01-auth",
    "02-role",
    "03-record-save",
    "04-record-query",
    "06-record-fetch-delete",
    "07-schema",
)
"""The topics that are walked."""

TYPED = TOPICS[2:5]
"""The topics where only models, queries and saves count, never `session.call`."""

VARIABLE = "SKYSYN_RECORDINGS"
"""Names another folder with the recordings."""

_BESIDE = Path(__file__).parents[2] / "../shared/recordings/skygear"


class _Sent(msgspec.Struct):
    method: str
    path: str
    headers: dict[str, str]
    json: Any = None


class _Answered(msgspec.Struct):
    status: int
    headers: dict[str, str]
    json: Any = None


class _Recorded(msgspec.Struct):
    n: int
    name: str
    request: _Sent
    response: _Answered


class _Topic(msgspec.Struct):
    exchanges: list[_Recorded]


@attrs.frozen
class Exchange:
    """One request and its answer; *sent* and *answered* are their JSON."""

    topic: str
    number: int
    name: str
    method: str
    path: str
    headers: Mapping[str, str]
    sent: JSON
    status: int
    answered: JSON

    @property
    def body(self) -> dict[str, JSON]:
        """What was sent, which is an object in every topic walked."""
        return self.sent if isinstance(self.sent, dict) else {}

    @property
    def action(self) -> str:
        """The action that was asked for."""
        return self.path.strip("/").replace("/", ":")

    @property
    def answer(self) -> dict[str, JSON]:
        """The envelope that was answered."""
        return self.answered if isinstance(self.answered, dict) else {}

    @property
    def items(self) -> list[dict[str, JSON]]:
        """The entries that were answered, if it was a list of them."""
        result = self.answer.get("result")
        listed = result if isinstance(result, list) else []
        return [entry for entry in listed if isinstance(entry, dict)]

    @property
    def request_id(self) -> str:
        """A request id: the recordings leave out the real ones."""
        return f"{self.topic}-{self.number}"

    def response(self) -> Response:
        """Return the answer as a transport brings it."""
        headers = {
            "Content-Type": "application/json",
            "X-Skygear-Request-Id": self.request_id,
        }
        return Response(self.status, headers, json.dumps(self.answered).encode())

    def __str__(self) -> str:
        return f"{self.topic} {self.number} ({self.name})"


def folder() -> Path:
    """Return the folder that should hold the recordings."""
    return Path(os.environ.get(VARIABLE) or _BESIDE)


@cache
def exchanges(topic: str) -> tuple[Exchange, ...]:
    """Return the exchanges of *topic*, in the order they were made."""
    return tuple(_read(topic))


def _read(topic: str) -> Iterator[Exchange]:
    data = (folder() / f"{topic}.json").read_bytes()
    for one in msgspec.json.decode(data, type=_Topic).exchanges:
        yield Exchange(
            topic,
            one.n,
            one.name,
            one.request.method,
            one.request.path,
            one.request.headers,
            one.request.json,
            one.response.status,
            one.response.json,
        )
