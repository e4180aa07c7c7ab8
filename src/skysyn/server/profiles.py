"""Profiles: the visible half of a user, an ordinary record of type `user`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, update

from skysyn.dialects.skygear.batches import Incoming
from skysyn.errors import RemoteError
from skysyn.models import RecordID

from .store import records
from .store.caller import Caller, Scope
from .store.saving import Saving

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from .store import Work
    from .store.records import Stored

_PUBLIC = Scope()


def find(work: Work, user_id: str) -> Stored | None:
    """Return the user record of a user."""
    return records.load(work, "user", [user_id], _PUBLIC).get(user_id)


def create(
    work: Work, user_id: str, fields: Mapping[str, object] | None = None
) -> Stored:
    """Make or change the user record of a user, in their name and past every rule.

    Raises:
        RemoteError: it cannot be stored.
    """
    saving = Saving(work, Caller(user_id, is_master=True), _PUBLIC)
    [saved] = saving.save([Incoming(RecordID("user", user_id), fields or {})])
    if isinstance(saved, RemoteError):
        raise saved
    return saved


def with_key(work: Work, fields: Mapping[str, Any]) -> str | None:
    """Return the id of the user whose record has these *fields*."""
    owner = work.catalog.types["user"]
    table = owner.table
    conditions = [
        owner.fields[name].column == value
        if work.is_sqlite  # where the column itself takes all cases for the same
        else func.lower(owner.fields[name].column) == func.lower(value)
        for name, value in fields.items()
    ]
    asked = select(table.c["_id"]).where(*conditions, table.c["_database_id"] == "")
    found: str | None = work.connection.execute(asked).scalar()
    return found


def note_login(work: Work, user_id: str, at: datetime) -> None:
    """Note in the user record when its user logged in, who so changed it."""
    owner = work.catalog.types["user"]
    if "last_login_at" in owner.fields:
        table, column = owner.table, owner.fields["last_login_at"].column
        changed = {table.c["_updated_at"]: at, table.c["_updated_by"]: user_id}
        work.connection.execute(
            update(table)
            .values({column: at, **changed})
            .where(table.c["_id"] == user_id)
        )
