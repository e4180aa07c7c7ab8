"""Actions on devices: which ones a user can be reached at."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import delete, insert, select, update

from skysyn.dialects.skygear.batches import load_all, load_plain
from skysyn.dialects.skygear.refusals import refuse
from skysyn.server import chains
from skysyn.server.store import system

from .action import Action

if TYPE_CHECKING:
    from skysyn.errors import RemoteError
    from skysyn.models import JSON
    from skysyn.server.context import Context
    from skysyn.server.store import Work

_CHAIN = (chains.authn, chains.user, chains.database, chains.verified)
_TYPES = {"ios", "android", "baidu-android"}


class _Device(msgspec.Struct):
    id: str = ""
    type: str = ""
    device_token: str = ""
    topic: str = ""


def register(context: Context) -> JSON:
    """Note where the user can be reached; a token belongs to one device at a time."""
    asked = load_all(context.asked.payload, _Device)
    _check_type(asked.type)
    table = system.device
    with context.store.write() as work:
        if asked.id and not _mine(work, context, asked.id):
            raise _unknown()
        others = table.c.token == asked.device_token, table.c.id != asked.id
        if asked.device_token:
            work.connection.execute(delete(table).where(*others))
        return {"id": _store(work, context, asked)}


def _check_type(said: str) -> None:
    if not said:
        raise refuse(108, "empty device type", arguments=["type"])
    if said not in _TYPES:
        raise refuse(108, f"unknown device type = {said:.40}", arguments=["type"])


def _store(work: Work, context: Context, asked: _Device) -> str:
    """Store the device; one that is known keeps the token and the topic it had."""
    values = {
        "auth_id": context.caller.user_id,
        "type": asked.type,
        "last_registered_at": datetime.now(UTC),
    }
    told = {"token": asked.device_token, "topic": asked.topic}
    table = system.device
    if asked.id:
        values |= {name: text for name, text in told.items() if text}
        change = update(table).where(table.c.id == asked.id).values(**values)
        work.connection.execute(change)
        return asked.id
    made = str(uuid.uuid4())
    work.connection.execute(insert(table), {"id": made, **values, **told})
    return made


def unregister(context: Context) -> JSON:
    """Forget that the user can be reached at a device."""
    known = load_plain(context.asked.payload, "id", str)
    if not known:
        raise refuse(108, "Missing device id", arguments=["id"])
    table = system.device
    with context.store.write() as work:
        if not _mine(work, context, known):
            raise _unknown()
        change = update(table).where(table.c.id == known).values(auth_id=None)
        work.connection.execute(change)
    return {"id": known}


def _unknown() -> RemoteError:
    return refuse(110, "Device not found")


def _mine(work: Work, context: Context, device: str) -> bool:
    """Whether there is this device, and it is nobody's or the user's own."""
    table = system.device
    asked = select(table.c.auth_id).where(table.c.id == device)
    found = work.connection.execute(asked).first()
    return found is not None and found.auth_id in {None, context.caller.user_id}


ACTIONS = {
    "device:register": Action(_CHAIN, register),
    "device:unregister": Action(_CHAIN, unregister),
}
