"""Sessions: what every login answers, and the user it is about."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import select

from skysyn.dialects.skygear.values import dump_date

from . import profiles
from .store import system, users
from .store.caller import Caller
from .store.field_rights import FieldRights
from .store.printing import Printer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from skysyn.models import JSON

    from .context import Context
    from .store import Work
    from .store.users import User


def new_user(
    work: Work,
    fields: Mapping[str, object],
    password: str | None = None,
    *,
    with_roles: bool = False,
) -> User:
    """Make a user with a user record of these *fields*.

    Raises:
        RemoteError: the record cannot be stored, as when a name is taken.
    """
    user_id = str(uuid.uuid4())
    made = users.create(work, user_id, password, with_roles=with_roles)
    profiles.create(work, user_id, fields)
    return made


def hold(work: Work, user_id: str) -> User | None:
    """Return a user as they are now, whom nobody else changes until *work* is done."""
    locking = select(system.auth.c.id).where(system.auth.c.id == user_id)
    if not work.is_sqlite:
        # not wholly, as saving records needs to know that the user is there
        work.connection.execute(locking.with_for_update(key_share=True))
    return users.find(work, user_id)


def open_session(
    context: Context,
    work: Work,
    user: User,
    *,
    is_login: bool,
    at: datetime | None = None,
) -> dict[str, JSON]:
    """Return who is logged in, with a new token; note that they were here *at*."""
    profile = profiles.find(work, user.id) or profiles.create(work, user.id)
    rights = FieldRights(work.catalog, Caller(user.id, user.roles))
    printer = Printer(work, rights, context.services.sign)
    answer: dict[str, JSON] = {
        "user_id": user.id,
        "profile": printer.object(profile),
    }
    if user.roles:
        answer["roles"] = [*sorted(user.roles)]
    answer["access_token"] = context.services.tokens.issue(work, user.id)
    last_login = profile.values.get("last_login_at")
    if isinstance(last_login, datetime):
        answer["last_login_at"] = dump_date(last_login)
    if user.last_seen_at is not None:
        answer["last_seen_at"] = dump_date(user.last_seen_at)
    now = at or datetime.now(UTC)
    users.change(work, user.id, last_seen_at=now)
    if is_login:
        profiles.note_login(work, user.id, now)
    return answer
