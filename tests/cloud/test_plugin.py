"""`skysyn cloud run` answers a server as the recorded cloud code answered."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from werkzeug.test import Client

from skysyn.cloud import Options, load_code, wsgi

from .test_recorded import CODE, RECORDING, documented

if TYPE_CHECKING:
    from collections.abc import Iterator

SHOWN = {"state"}
"""Calls whose result is what happened before in that process."""


@pytest.fixture
def plugin(tmp_path: Any) -> Client:
    """The recorded cloud code as a server reaches it."""
    database = f"sqlite:///{tmp_path}/db"
    return Client(wsgi(load_code(str(CODE), Options(database_url=database))))


def calls() -> Iterator[tuple[int, dict[str, Any], dict[str, Any]]]:
    """Yield each call that was recorded, and the reply to it."""
    for exchange in json.loads(RECORDING.read_text())["exchanges"]:
        for call in exchange.get("plugin") or []:
            reply = (call["response"] or {}).get("json")
            if reply is not None and call["request"]["json"]["name"] not in SHOWN:
                yield exchange["n"], call["request"]["json"], reply


def ordered(reply: Any) -> Any:
    """Return a registration without the order of its parts' lists of events."""
    result = reply.get("result")
    if isinstance(result, dict) and "event" in result:
        events = sorted(result["event"], key=lambda one: str(one["name"]))
        return {"result": {**result, "event": events}}
    return reply


@pytest.mark.skipif(not RECORDING.exists(), reason="there are no recordings")
def test_every_reply_is_the_recorded_one_but_for_what_is_documented(
    plugin: Client,
) -> None:
    differing = set[int]()
    count = 0
    for number, message, reply in calls():
        count += 1
        response = plugin.post("/", data=json.dumps(message))
        if ordered(response.get_json()) != ordered(reply):
            differing.add(number)

    assert (count, differing) == (146, documented("Seen by servers"))
