"""Recorded: what official clients sent, one request after the other."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from tests.recorded.recordings import folder

if TYPE_CHECKING:
    from collections.abc import Iterator

FILES = folder().parent / "accsyn"
NEW, OLD = "official_client_requests.json", "old_clients_requests.json"


class Recorded(NamedTuple):
    """One request: the call that sent it, and what travelled."""

    call: str
    method: str
    path: str
    document: dict[str, Any]
    headers: dict[str, str]


def _load() -> Iterator[Recorded]:
    if not (FILES / NEW).is_file():
        return
    new = json.loads((FILES / NEW).read_text())
    old = json.loads((FILES / OLD).read_text())
    for part in (new, *old.values()):
        for call in part["calls"]:
            for request in call["requests"]:
                yield Recorded(
                    call["call"],
                    request["method"],
                    request["path"],
                    request["json"],
                    request["headers"],
                )


RECORDED = list(_load())
