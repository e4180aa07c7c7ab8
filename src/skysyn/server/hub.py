"""Hub: messages from publishers to whoever subscribed to their channels."""

from __future__ import annotations

from contextlib import suppress
from threading import Lock
from typing import TYPE_CHECKING, Any

import msgspec

from skysyn.dialects.skygear.endpoint import encode

if TYPE_CHECKING:
    from skysyn.models import JSON

    from .relay import Relay
    from .subscriber import Subscriber


class Refusal(Exception):
    """What a client sent cannot be understood; the text is its answer."""


class Message(msgspec.Struct):
    """What a client sends."""

    action: str = ""
    channel: str = ""
    data: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET


_messages = msgspec.json.Decoder(Message)


class Hub:
    """The channels of one app; may be used from any thread.

    *relay* takes messages to the hubs of the same *name* in other processes. The
    original took null for no message at all; this does unless it *takes_null*.
    """

    def __init__(self, name: str, relay: Relay, *, takes_null: bool = True) -> None:
        self._name = name
        self._takes_null = takes_null
        self._relay = relay
        self._lock = Lock()
        self._channels: dict[str, set[Subscriber]] = {}
        relay.join(name, self._deliver)

    def understand(self, subscriber: Subscriber, text: str | bytes) -> None:
        """Do what a client says.

        Raises:
            Refusal: it cannot be done; the connection is to be closed.
        """
        message = _parse(text)
        if not message.channel:
            msg = "Error: channel should not be empty. Closing Connection"
            raise Refusal(msg)
        match message.action:
            case "sub":
                self.subscribe(subscriber, message.channel)
            case "unsub":
                self.leave(subscriber, message.channel)
            case "pub":
                self.publish(message.channel, self._data(message))
            case _:
                subscriber.tell("Unknow action")  # sic

    def subscribe(self, subscriber: Subscriber, channel: str) -> None:
        """Send what is published on *channel* to *subscriber* from now on."""
        with self._lock:
            subscriber.channels.add(channel)
            self._channels.setdefault(channel, set()).add(subscriber)

    def leave(self, subscriber: Subscriber, channel: str) -> None:
        """Send nothing of *channel* to *subscriber* any more."""
        with self._lock:
            subscriber.channels.discard(channel)
            listening = self._channels.get(channel, set())
            listening.discard(subscriber)
            if not listening:
                self._channels.pop(channel, None)

    def forget(self, subscriber: Subscriber) -> None:
        """Leave every channel."""
        for channel in list(subscriber.channels):
            self.leave(subscriber, channel)

    def clear(self) -> None:
        """Let nobody listen to any channel any more."""
        with self._lock:
            for listening in self._channels.values():
                for subscriber in listening:
                    subscriber.channels.clear()
            self._channels.clear()

    def publish(self, channel: str, data: JSON) -> None:
        """Tell everyone who listens to *channel*, the publisher too if it does."""
        text = encode({"channel": channel, "data": data}).decode()
        self._deliver(channel, text)
        self._relay.send(self._name, channel, text)

    def _data(self, message: Message) -> JSON:
        if message.data is not msgspec.UNSET:
            with suppress(msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
                found = _decode(message.data)
                if found is not None or self._takes_null:
                    return found
        msg = "Error: missing data to publish. Closing Connection"
        raise Refusal(msg)

    def _deliver(self, channel: str, text: str) -> None:
        with self._lock:
            listening = list(self._channels.get(channel, ()))
        for subscriber in listening:
            subscriber.tell(text)


def _parse(text: str | bytes) -> Message:
    try:
        return _messages.decode(text)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        msg = "Error: a message is a JSON object \nClosing Connection"
        raise Refusal(msg) from None


def _decode(raw: Any) -> JSON:
    found: JSON = msgspec.json.decode(raw)
    return found
