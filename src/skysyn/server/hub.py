"""Hub: messages from publishers to whoever subscribed to their channels."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import attrs
import msgspec

from skysyn.dialects.skygear.endpoint import encode

if TYPE_CHECKING:
    from skysyn.models import JSON

_WAITING = 1024


class Refusal(Exception):
    """What a client sent cannot be understood; the text is its answer."""


class Message(msgspec.Struct):
    """What a client sends."""

    action: str = ""
    channel: str = ""
    data: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET


_messages = msgspec.json.Decoder(Message)


@attrs.define(eq=False)
class Subscriber:
    """One connection: the channels it listens to, and what waits to be sent.

    Who reads too slowly loses messages, so that nobody else has to wait.
    """

    channels: set[str] = attrs.field(factory=set[str])
    waiting: asyncio.Queue[str] = attrs.field(
        factory=lambda: asyncio.Queue[str](_WAITING)
    )

    def tell(self, text: str) -> None:
        """Put *text* among what waits, unless that is too much already."""
        if not self.waiting.full():
            self.waiting.put_nowait(text)


class Hub:
    """The channels of one app; used in the thread of its event loop only."""

    def __init__(self) -> None:
        self._channels: dict[str, set[Subscriber]] = {}

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
                self.publish(message.channel, _data(message))
            case _:
                subscriber.tell("Unknow action")  # sic

    def subscribe(self, subscriber: Subscriber, channel: str) -> None:
        """Send what is published on *channel* to *subscriber* from now on."""
        subscriber.channels.add(channel)
        self._channels.setdefault(channel, set()).add(subscriber)

    def leave(self, subscriber: Subscriber, channel: str) -> None:
        """Send nothing of *channel* to *subscriber* any more."""
        subscriber.channels.discard(channel)
        listening = self._channels.get(channel, set())
        listening.discard(subscriber)
        if not listening:
            self._channels.pop(channel, None)

    def forget(self, subscriber: Subscriber) -> None:
        """Leave every channel."""
        for channel in list(subscriber.channels):
            self.leave(subscriber, channel)

    def publish(self, channel: str, data: JSON) -> None:
        """Tell everyone who listens to *channel*, the publisher too if it does."""
        listening = self._channels.get(channel)
        if listening:
            text = encode({"channel": channel, "data": data}).decode()
            for subscriber in listening:
                subscriber.tell(text)


def _parse(text: str | bytes) -> Message:
    try:
        return _messages.decode(text)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        msg = "Error: a message is a JSON object \nClosing Connection"
        raise Refusal(msg) from None


def _data(message: Message) -> Any:
    try:
        data = None if message.data is msgspec.UNSET else _decode(message.data)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        data = None
    if data is None:
        msg = "Error: missing data to publish. Closing Connection"
        raise Refusal(msg)
    return data


def _decode(raw: Any) -> Any:
    return msgspec.json.decode(raw)
