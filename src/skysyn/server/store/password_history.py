"""Password history: the hashes of passwords that users had."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select

from . import system

if TYPE_CHECKING:
    from .store import Work

_TABLE = system.password_history


def keep(work: Work, user_id: str, password: str) -> None:
    """Note the hash of a user's new password."""
    now = datetime.now(UTC)
    row = {"auth_id": user_id, "password": password, "logged_at": now}
    work.connection.execute(insert(_TABLE), {"id": str(uuid.uuid4()), **row})


def recent(work: Work, user_id: str, *, size: int, days: int) -> list[str]:
    """Return the hashes of the last *size* passwords, and of the last *days* days."""
    return list(_recent(work, user_id, size, days).values())


def prune(work: Work, user_id: str, *, size: int, days: int) -> None:
    """Forget the passwords of a user that are not recent."""
    kept = _recent(work, user_id, size, days)
    column = _TABLE.c
    old = (column.auth_id == user_id) & column.id.not_in(kept)
    work.connection.execute(delete(_TABLE).where(old))


def _recent(work: Work, user_id: str, size: int, days: int) -> dict[str, str]:
    column = _TABLE.c
    mine = select(column.id, column.password).where(column.auth_id == user_id)
    last = mine.order_by(column.logged_at.desc().nulls_last(), column.id).limit(size)
    first = datetime.now(UTC) - timedelta(days=days)
    return {
        key: password
        for asked in (last, mine.where(column.logged_at > first))
        for key, password in work.connection.execute(asked)
    }
