"""Providers: users that cloud code knows from another service (§13.5, §20.10)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
from sqlalchemy import ColumnElement, exists, func, select, update

from skysyn.dialects.skygear.batches import load_object, load_plain
from skysyn.dialects.skygear.refusals import refuse
from skysyn.errors import RemoteError
from skysyn.server.store import system

from .callers import describe

if TYPE_CHECKING:
    from skysyn.models import JSON
    from skysyn.server.context import Context
    from skysyn.server.store import Work


@attrs.frozen
class Principal:
    """Who somebody is at another service, and what is kept of it."""

    id: str
    auth_data: dict[str, JSON]


def find_principal(context: Context) -> Principal | None:
    """Return whom the provider says to log in, None if no provider is asked for.

    Raises:
        RemoteError: there is no such provider, or it refuses.
    """
    payload = context.asked.payload
    name = load_plain(payload, "provider", str)
    if not name:
        return None
    if all(provider.id != name for provider in context.cloud.offers.provider):
        msg = f'no auth provider of name "{name:.80}"'
        raise refuse(108, msg, arguments=["provider"])
    auth_data = load_object(payload, "provider_auth_data") or {}
    message: dict[str, JSON] = {
        "kind": "provider",
        "name": name,
        "param": {"action": "login", "auth_data": auth_data},
        "context": describe(context),
    }
    try:
        found = context.cloud.call(message, context.seconds_left())
    except RemoteError as error:
        raise refuse(105, "invalid authentication information") from error
    match found:
        case {"principal_id": str(principal), **rest} if principal:
            kept = rest.get("auth_data")
            said = kept if isinstance(kept, dict) else {}
            return Principal(f"{name}:{principal}", said)
        case _:
            raise refuse(105, "invalid authentication information")


def holder(work: Work, principal: Principal) -> str | None:
    """Return the id of the user who logged in as *principal* before.

    Nobody else looks for them until the transaction ends, as they may become a user.
    """
    work.hold(f"principal {principal.id}")
    info = system.auth.c.provider_info
    has: ColumnElement[bool]
    if work.is_sqlite:
        keys = func.json_each(info).table_valued("key").alias("principal")
        has = exists(select(1).select_from(keys).where(keys.c.key == principal.id))
    else:
        has = info.op("?")(principal.id)
    asked = select(system.auth.c.id).where(has).order_by(system.auth.c.id)
    found: str | None = work.connection.execute(asked).scalar()
    return found


def note(work: Work, user_id: str, principal: Principal) -> None:
    """Note that the user is *principal*."""
    here = system.auth.c.id == user_id
    info = system.auth.c.provider_info
    known: dict[str, JSON] | None
    known = work.connection.execute(select(info).where(here)).scalar()
    noted = {**(known or {}), principal.id: principal.auth_data}
    work.connection.execute(update(system.auth).where(here).values(provider_info=noted))
