"""Actions on push: notifications to the devices of users (protocol §18.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skysyn.dialects.skygear.batches import load_object, load_plain, load_texts
from skysyn.dialects.skygear.endpoint import dump_entry
from skysyn.dialects.skygear.refusals import refuse
from skysyn.server import chains
from skysyn.server.store import devices

from .action import Action

if TYPE_CHECKING:
    from skysyn.models import JSON
    from skysyn.server.context import Context
    from skysyn.server.store.devices import Device

_CHAIN = (chains.key, chains.database)


def push_user(context: Context) -> JSON:
    """Send to every device of some users, whoever of them there is."""
    _need_service(context)
    ids, notification = _asked(context, "user_ids")
    with context.store.read() as work:
        found = devices.of_users(work, ids)
    context.services.pushing.send(
        [device for device in found if _is_meant(context, device)], notification
    )
    return [{"_id": user} for user in ids]


def push_device(context: Context) -> JSON:
    """Send to some devices; say which of them there are not."""
    _need_service(context)
    ids, notification = _asked(context, "device_ids")
    with context.store.read() as work:
        found = devices.with_ids(work, ids)
    left_out = {key for key, it in found.items() if not _is_meant(context, it)}
    meant = [found[key] for key in ids if key in found and key not in left_out]
    context.services.pushing.send(meant, notification)
    return [
        {"_id": key} if key in found else _missing(key)
        for key in ids
        if key not in left_out
    ]


def _need_service(context: Context) -> None:
    if not context.services.pushing.is_on:
        msg = "Unable to send push notification because no push service is configured"
        raise refuse(10003, msg)


def _asked(context: Context, name: str) -> tuple[tuple[str, ...], dict[str, JSON]]:
    payload = context.asked.payload
    ids = load_texts(payload, name)
    notification = load_object(payload, "notification")
    load_plain(payload, "topic", str)  # refused if it is no text, whoever is found
    if not ids:
        raise refuse(108, f"empty {name.replace('_', ' ')}", arguments=[name])
    if notification is None:
        raise refuse(108, "no notification specified", arguments=["notification"])
    return ids, notification


def _is_meant(context: Context, device: Device) -> bool:
    """Whether the topic that is asked for, if any, is the device's."""
    topic = load_plain(context.asked.payload, "topic", str)
    return topic in {None, "", device.topic}


def _missing(device: str) -> JSON:
    msg = f'cannot find device "{device}"'
    return dump_entry(device, refuse(110, msg, info={"id": device}))


ACTIONS = {
    "push:user": Action(_CHAIN, push_user),
    "push:device": Action(_CHAIN, push_device),
}
