"""Channels: what travels over a WebSocket to publish and to subscribe."""

from __future__ import annotations

import msgspec

from skysyn.errors import ConversionError, QueryError
from skysyn.models import JSON, Model, check_plain

APP = "/pubsub"
"""Where the app's clients publish and subscribe."""
NOTICES = "/_/pubsub"
"""Where the server tells of records that changed."""


class Notice(msgspec.Struct, frozen=True):
    """What the server sends: *data*, as it travelled, on *channel*."""

    channel: str
    data: msgspec.Raw = msgspec.Raw(b"null")


_notices = msgspec.json.Decoder(Notice)


def dump_subscribe(channel: str) -> str:
    """Return the text that asks for what is published on *channel*."""
    return _dump({"action": "sub", "channel": check_channel(channel)})


def dump_unsubscribe(channel: str) -> str:
    """Return the text that asks for no more of *channel*."""
    return _dump({"action": "unsub", "channel": check_channel(channel)})


def dump_publish(channel: str, data: object) -> str:
    """Return the text that publishes *data* on *channel*.

    Raises:
        ConversionError: *data* cannot be written as JSON.
    """
    told = {"action": "pub", "channel": check_channel(channel), "data": plain(data)}
    return _dump(told)


def load_notice(text: str) -> Notice | None:
    """Return what the server tells, None if it says something else."""
    try:
        return _notices.decode(text)
    except (msgspec.MsgspecError, RecursionError):
        return None


def check_channel(channel: object) -> str:
    """Return *channel* if the server takes it for one.

    Raises:
        QueryError: it is empty, or no text.
    """
    if not (isinstance(channel, str) and channel):
        msg = f"{channel!r:.80} is no channel: a channel is a text that is not empty"
        raise QueryError(msg)
    return channel


def plain(data: object) -> JSON:
    """Return *data* as plain JSON; objects of attrs, dataclasses and msgspec too.

    Raises:
        ConversionError: it cannot be written as JSON.
    """
    if isinstance(data, Model):
        msg = (
            f"a {type(data).__name__} cannot be published: everybody may listen, "
            "whatever its ACL says; publish its id"
        )
        raise ConversionError(msg, value=data)
    try:
        found: JSON = msgspec.to_builtins(data, str_keys=True)
    except (TypeError, ValueError, RecursionError) as error:
        msg = f"{type(data).__name__} cannot be written as JSON: {error}"
        raise ConversionError(msg, value=data) from error
    check_plain(found, "$")
    return found


def _dump(told: dict[str, JSON]) -> str:
    try:
        return msgspec.json.encode(told).decode()
    except (ValueError, OverflowError, RecursionError) as error:
        msg = f"what is to be published cannot be written as JSON: {error}"
        raise ConversionError(msg) from error
