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
def plugin() -> Client:
    """The recorded cloud code as a server reaches it."""
    return Client(wsgi(load_code(str(CODE), Options())))


def calls() -> Iterator[tuple[int, dict[str, Any], Any]]:
    """Yield each call that was recorded, and the reply to it."""
    exchanges: list[dict[str, Any]] = json.loads(RECORDING.read_text())["exchanges"]
    for exchange in exchanges:
        recorded: list[dict[str, Any]] = exchange.get("plugin") or []
        for call in recorded:
            response: dict[str, Any] = call["response"]
            reply, message = response.get("json"), call["request"]["json"]
            if reply is not None and message["name"] not in SHOWN:
                yield exchange["n"], message, reply


def ordered(reply: Any) -> Any:
    """Return a reply without the order of the events in a registration."""
    if reply and isinstance(reply.get("result"), dict) and "event" in reply["result"]:
        events: list[dict[str, str]] = reply["result"]["event"]
        by_name = sorted(events, key=lambda one: one["name"])
        return {"result": {**reply["result"], "event": by_name}}
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
