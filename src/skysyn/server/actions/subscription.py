"""Actions on subscriptions: which changes of records a device is told of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skysyn.dialects.skygear import subscriptions as wire
from skysyn.dialects.skygear.batches import load_texts
from skysyn.dialects.skygear.endpoint import dump_entry
from skysyn.dialects.skygear.refusals import refuse, unexpected
from skysyn.server import chains
from skysyn.server.store import devices
from skysyn.server.store import subscriptions as stored

from .action import Action

if TYPE_CHECKING:
    from skysyn.dialects.skygear.subscriptions import Subscription
    from skysyn.errors import RemoteError
    from skysyn.models import JSON
    from skysyn.server.context import Context
    from skysyn.server.store import Work
    from skysyn.server.store.subscriptions import Place

_CHAIN = (chains.authn, chains.user, chains.database, chains.verified)


def save(context: Context) -> JSON:
    """Store subscriptions of a device, each on its own."""
    payload = context.asked.payload
    given = wire.load_all(payload, context.settings.limits)
    place = _place(context)
    saved: list[JSON] = []
    with context.store.write() as work:
        is_known = _is_known(work, context, place)
        for subscription in given:
            problem = _problem(subscription, is_known=is_known)
            if problem is None:
                stored.save(work, place, subscription)
                saved.append(wire.dump(subscription, place.device))
            else:
                saved.append(dump_entry(subscription.id, problem))
    return saved


def _problem(subscription: Subscription, *, is_known: bool) -> RemoteError | None:
    if not subscription.id:
        return unexpected("empty id")
    if not subscription.type:
        return unexpected("empty type")
    if not subscription.record_type:
        return unexpected("empty query type")
    return None if is_known else unexpected("the user has no such device")


def fetch(context: Context) -> JSON:
    """Return subscriptions of a device by their ids."""
    ids, place = _ids(context), _place(context)
    with context.store.read() as work:
        found = _load(work, context, place)
    return [
        wire.dump(found[key], place.device) if key in found else _missing(key)
        for key in ids
    ]


def fetch_all(context: Context) -> JSON:
    """Return every subscription of a device; of none there is no result at all."""
    place = _place(context)
    with context.store.read() as work:
        found = _load(work, context, place)
    return [wire.dump(item, place.device) for item in found.values()] or None


def delete(context: Context) -> JSON:
    """End subscriptions of a device."""
    ids, place = _ids(context), _place(context)
    ended: list[JSON] = []
    with context.store.write() as work:
        is_known = _is_known(work, context, place)
        for key in ids:
            was_there = is_known and stored.forget(work, place, key)
            ended.append({"id": key} if was_there else _missing(key))
    return ended


def _place(context: Context) -> Place:
    device = wire.load_device(context.asked.payload)
    if context.scope.is_union:
        raise refuse(112, "subscription on union database is not implemented")
    return stored.Place(context.scope.id, device)


def _ids(context: Context) -> tuple[str, ...]:
    return load_texts(context.asked.payload, "subscription_ids") or ()


def _load(work: Work, context: Context, place: Place) -> dict[str, Subscription]:
    return stored.load(work, place) if _is_known(work, context, place) else {}


def _is_known(work: Work, context: Context, place: Place) -> bool:
    """Whether there is the device, and it is the user's own."""
    found = devices.with_ids(work, [place.device]).get(place.device)
    return found is not None and (
        context.is_master or found.user_id == context.caller.user_id
    )


def _missing(subscription: str) -> JSON:
    msg = f'cannot find subscription "{subscription}"'
    return dump_entry(subscription, refuse(110, msg, info={"id": subscription}))


ACTIONS = {
    "subscription:save": Action(_CHAIN, save),
    "subscription:fetch": Action(_CHAIN, fetch),
    "subscription:fetch_all": Action(_CHAIN, fetch_all),
    "subscription:delete": Action(_CHAIN, delete),
}
