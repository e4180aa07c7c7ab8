"""Devices as they are stored: where users can be reached."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
from sqlalchemy import delete, select

from . import system

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy import RowMapping

    from .store import Work


@attrs.frozen
class Device:
    """One device; *token* is what its push service knows it by."""

    id: str
    user_id: str | None
    type: str
    token: str = attrs.field(repr=False)
    topic: str
    registered_at: datetime


def from_row(row: RowMapping, prefix: str = "") -> Device:
    """Return the device in *row*, whose columns have names that start by *prefix*."""
    return Device(*(row[f"{prefix}{column.name}"] for column in system.device.c))


def of_users(work: Work, user_ids: Collection[str]) -> list[Device]:
    """Return the devices of users, those that registered first first."""
    column = system.device.c
    asked = select(system.device).where(column.auth_id.in_(user_ids))
    asked = asked.order_by(column.last_registered_at, column.id)
    return [from_row(row) for row in work.connection.execute(asked).mappings()]


def with_ids(work: Work, ids: Collection[str]) -> dict[str, Device]:
    """Return the devices with these ids, by id."""
    asked = select(system.device).where(system.device.c.id.in_(ids))
    found = (from_row(row) for row in work.connection.execute(asked).mappings())
    return {device.id: device for device in found}


def forget(work: Work, device: Device) -> None:
    """Delete a device, unless it was registered again meanwhile."""
    column = system.device.c
    work.connection.execute(
        delete(system.device).where(
            column.id == device.id,
            column.token == device.token,
            column.last_registered_at == device.registered_at,
        )
    )
