"""Subscribing: devices that want to hear of changes, and listen for it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from websockets.sync.client import ClientConnection

    from .asking import Asker

TOPIC = ["eq", {"$type": "keypath", "$val": "topic"}, "x"]


def register(asker: Asker, token: str = "t") -> str:
    """Return a new device of *asker*."""
    made = asker.result("device:register", type="android", device_token=token)
    found: str = made["id"]
    return found


def about(name: str, predicate: Any = None, **more: Any) -> dict[str, Any]:
    """Return a subscription to notes."""
    query = {"record_type": "note"}
    if predicate:
        query["predicate"] = predicate
    return {"id": name, "type": "query", "query": query, **more}


def subscribe(asker: Asker, device: str, *wanted: Any, **more: Any) -> Any:
    return asker.result(
        "subscription:save", device_id=device, subscriptions=list(wanted), **more
    )


class Listening:
    """Somebody at the device of *asker* who hears what it is told."""

    def __init__(self, asker: Asker, device: str, socket: ClientConnection) -> None:
        self._asker = asker
        self._device = device
        self._socket = socket
        self._say("sub", f"_sub_{device}")
        self._say("sub", "end")
        self.heard()

    def _say(self, action: str, channel: str) -> None:
        message = {"action": action, "channel": channel, "data": 1}
        self._socket.send(json.dumps(message))

    def messages(self) -> list[dict[str, Any]]:
        """Return what was told since the last time."""
        self._asker.server.settle()
        self._say("pub", "end")
        found: list[dict[str, Any]] = []
        while (got := json.loads(self._socket.recv(timeout=60)))["channel"] != "end":
            found.append(got)
        return found

    def heard(self) -> list[str]:
        """Return the subscriptions of which something was told since the last time."""
        return [got["data"]["subscription-id"] for got in self.messages()]
