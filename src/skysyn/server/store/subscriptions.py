"""Subscriptions as they are stored, each of a device for one database."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
from sqlalchemy import and_, delete, select

from skysyn.dialects.skygear.subscriptions import (
    Subscription,
    dump_notification,
    load_notification,
)

from . import catalog, devices, system
from .inserting import inserting

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import ColumnElement, RowMapping

    from .devices import Device
    from .store import Work

_TABLE = system.subscription


@attrs.frozen
class Place:
    """Where subscriptions are kept: for a database, at a device."""

    database: str
    device: str


@attrs.frozen
class Watch:
    """A subscription, the database it is for, and the device that is to be told."""

    database: str
    device: Device
    subscription: Subscription


def save(work: Work, place: Place, subscription: Subscription) -> None:
    """Store a subscription in place of the one with its id."""
    info = subscription.notification
    key = {"auth_id": place.database, "device_id": place.device, "id": subscription.id}
    values = {
        "type": subscription.type,
        "query": dict(subscription.query),
        "record_type": subscription.record_type,
        "notification_info": None if info is None else dump_notification(info),
    }
    made = inserting(work, _TABLE).values(**key, **values)
    work.connection.execute(
        made.on_conflict_do_update(index_elements=list(key), set_=values)
    )
    if subscription.record_type not in work.catalog.watched:
        catalog.touch(work.connection)


def load(work: Work, place: Place) -> dict[str, Subscription]:
    """Return the subscriptions in a place by id, in the order of ids."""
    asked = select(_TABLE).where(_is_in(place)).order_by(_TABLE.c.id)
    rows = work.connection.execute(asked).mappings()
    return {row["id"]: _loaded(row) for row in rows}


def forget(work: Work, place: Place, subscription: str) -> bool:
    """Delete a subscription; return whether it was there."""
    here = and_(_is_in(place), _TABLE.c.id == subscription)
    return work.connection.execute(delete(_TABLE).where(here)).rowcount > 0


def watching(work: Work, record_types: Iterable[str]) -> list[Watch]:
    """Return every subscription to one of *record_types*."""
    device = system.device
    asked = (
        select(_TABLE, *(column.label(f"d_{column.name}") for column in device.c))
        .join(device, device.c.id == _TABLE.c.device_id)
        .where(_TABLE.c.record_type.in_(sorted(set(record_types))))
        .order_by(_TABLE.c.device_id, _TABLE.c.id)
    )
    rows = work.connection.execute(asked).mappings()
    return [
        Watch(row["auth_id"], devices.from_row(row, "d_"), _loaded(row)) for row in rows
    ]


def _is_in(place: Place) -> ColumnElement[bool]:
    column = _TABLE.c
    return and_(column.auth_id == place.database, column.device_id == place.device)


def _loaded(row: RowMapping) -> Subscription:
    info = load_notification(row["notification_info"])
    return Subscription(row["id"], row["type"], row["query"], info)
