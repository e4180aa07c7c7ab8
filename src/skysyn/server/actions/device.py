"""Actions on devices: which ones a user can be reached at."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select, update

from skysyn.dialects.skygear.batches import load_plain
from skysyn.dialects.skygear.refusals import refuse
from skysyn.server import chains
from skysyn.server.store import system

from .action import Action

if TYPE_CHECKING:
    from skysyn.models import JSON
    from skysyn.server.context import Context
    from skysyn.server.store import Work

_CHAIN = (chains.authn, chains.user, chains.database, chains.verified)
_TYPES = {"ios", "android", "baidu-android"}


def register(context: Context) -> JSON:
    """Note where the user can be reached; a token belongs to one device at a time."""
    payload = context.asked.payload
    kind = load_plain(payload, "type", str)
    if kind not in _TYPES:
        raise refuse(108, f"unknown device type = {kind!s:.40}", arguments=["type"])
    known = load_plain(payload, "id", str)
    values = {
        "auth_id": context.caller.user_id,
        "type": kind,
        "token": load_plain(payload, "device_token", str) or "",
        "topic": load_plain(payload, "topic", str) or "",
        "last_registered_at": datetime.now(UTC),
    }
    table = system.device
    with context.store.write() as work:
        if known and not _mine(work, context, known):
            raise refuse(110, "device not found")
        others = table.c.token == values["token"], table.c.id != (known or "")
        if values["token"]:
            work.connection.execute(delete(table).where(*others))
        if known:
            change = update(table).where(table.c.id == known).values(**values)
            work.connection.execute(change)
            return {"id": known}
        made = str(uuid.uuid4())
        work.connection.execute(insert(table), {"id": made, **values})
    return {"id": made}


def unregister(context: Context) -> JSON:
    """Forget that the user can be reached at a device."""
    known = load_plain(context.asked.payload, "id", str)
    if not known:
        raise refuse(108, "empty device id", arguments=["id"])
    table = system.device
    with context.store.write() as work:
        if not _mine(work, context, known):
            raise refuse(110, "device not found")
        change = update(table).where(table.c.id == known).values(auth_id=None)
        work.connection.execute(change)
    return {"id": known}


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
