"""Actions: notifications to users and devices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .container import SkygearContainer

Wire = dict[str, Any]


def push_user(
    container: SkygearContainer,
    user_id: str,
    notification: Wire,
    topic: str | None = None,
) -> Wire:
    """Push *notification* to a user; return the server's answer."""
    return push_users(container, [user_id], notification, topic)


def push_users(
    container: SkygearContainer,
    user_ids: list[str],
    notification: Wire,
    topic: str | None = None,
) -> Wire:
    """Push *notification* to users; return the server's answer."""
    return _push(container, "user", user_ids, notification, topic)


def push_device(
    container: SkygearContainer,
    device_id: str,
    notification: Wire,
    topic: str | None = None,
) -> Wire:
    """Push *notification* to a device; return the server's answer."""
    return push_devices(container, [device_id], notification, topic)


def push_devices(
    container: SkygearContainer,
    device_ids: list[str],
    notification: Wire,
    topic: str | None = None,
) -> Wire:
    """Push *notification* to devices; return the server's answer."""
    return _push(container, "device", device_ids, notification, topic)


def _push(
    container: SkygearContainer,
    target: str,
    ids: list[str],
    notification: Wire,
    topic: str | None,
) -> Wire:
    params: Wire = {f"{target}_ids": ids, "notification": notification}
    if topic:
        params["topic"] = topic
    return container.send_action(f"push:{target}", params)
