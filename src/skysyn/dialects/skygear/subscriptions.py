"""Subscriptions: queries whose matches a device wants to hear of (protocol §19)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import msgspec

from skysyn.models import JSON, Select

from . import batches, questions
from .refusals import refuse, undecodable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .questions import Limits

_NAMES = {
    "record_type": "record_type",
    "predicate": "predicate",
    "sort": "order",
    "include": "computed_keys",
    "desired_keys": "desired_keys",
    "limit": "limit",
    "offset": "offset",
}
"""The parts of a query as they are sent, and as the service prints them."""
_EMPTY: tuple[JSON, ...] = (None, "", [], {})


class _Part(msgspec.Struct, rename="kebab", omit_defaults=True):
    """A part of what a device shows, without what is empty."""


class Alert(_Part):
    """The words of a notification."""

    body: str = ""
    loc_key: str = ""
    loc_args: list[str] | None = None
    launch_image: str = ""
    action_loc_key: str = ""


class APS(_Part):
    """How an Apple device shows a notification."""

    alert: Alert | None = None
    sound: str = ""
    should_badge: bool = False
    should_send_content_available: bool = False


class NotificationInfo(msgspec.Struct):
    """How a device shows that something happened."""

    aps: APS = msgspec.field(default_factory=APS)


@attrs.frozen
class Subscription:
    """One subscription; *query* is what was sent, without what is empty."""

    id: str
    type: str
    query: Mapping[str, JSON]
    notification: NotificationInfo | None = None

    @property
    def record_type(self) -> str:
        """The type of the records that it is about."""
        found = self.query.get("record_type")
        return found if isinstance(found, str) else ""


def load(wire: JSON, limits: Limits) -> Subscription:
    """Return the subscription that *wire* says.

    Raises:
        RemoteError: it cannot be decoded, or its query would be refused.
    """
    if not isinstance(wire, dict):
        raise undecodable()
    query = batches.load_object(wire, "query")
    return Subscription(
        batches.load_plain(wire, "id", str) or "",
        batches.load_plain(wire, "type", str) or "",
        {} if query is None else _load_query(query, limits),
        load_notification(wire.get("notification_info")),
    )


def _load_query(query: dict[str, JSON], limits: Limits) -> dict[str, JSON]:
    """Return what counts of *query*.

    One without a type is refused on its own, what no query can say with all others.
    """
    record_type = query.get("record_type") or "-"
    asked = questions.load({**query, "record_type": record_type}, limits)
    numbers = {"limit": asked.limit, "offset": asked.offset}
    sent = {name: query.get(name) for name in _NAMES} | numbers
    if not isinstance(sent["include"], dict):
        del sent["include"]
    return {name: value for name, value in sent.items() if value not in _EMPTY}


def load_query(query: Mapping[str, JSON], limits: Limits) -> Select:
    """Return what a subscription asks: no more than which records it is about."""
    found = questions.load(query, limits)
    return Select(found.collection, where=found.where)


def load_notification(wire: JSON) -> NotificationInfo | None:
    """Return how a notification is shown; null says nothing.

    Raises:
        RemoteError: it cannot be decoded.
    """
    try:
        return msgspec.convert(wire, NotificationInfo | None)
    except msgspec.ValidationError:
        raise undecodable() from None


def load_all(payload: Mapping[str, JSON], limits: Limits) -> list[Subscription]:
    """Return the subscriptions that `subscription:save` is sent.

    Raises:
        RemoteError: there are none, or one cannot be decoded.
    """
    wires = payload.get("subscriptions")
    if wires is not None and not isinstance(wires, list):
        raise undecodable()
    found = [load(wire, limits) for wire in wires or ()]
    if not found:
        raise refuse(108, "empty subscriptions", arguments=["subscriptions"])
    return found


def load_device(payload: Mapping[str, JSON]) -> str:
    """Return the id of the device that a request is about.

    Raises:
        RemoteError: it has none.
    """
    found = batches.load_plain(payload, "device_id", str)
    if not found:
        raise refuse(108, "empty device_id", arguments=["device_id"])
    return found


def dump(subscription: Subscription, device: str) -> dict[str, JSON]:
    """Return *subscription* as the service prints it."""
    query = subscription.query
    printed: dict[str, JSON] = {
        "id": subscription.id,
        "type": subscription.type,
        "device_id": device,
        "query": {_NAMES[name]: value for name, value in query.items()},
    }
    if subscription.notification is not None:
        printed["notification_info"] = dump_notification(subscription.notification)
    return printed


def dump_notification(info: NotificationInfo) -> dict[str, JSON]:
    """Return how a notification is shown."""
    found: dict[str, JSON] = msgspec.to_builtins(info)
    return found
