"""Database tokens: sessions in the app's own database."""

from __future__ import annotations

import hashlib
import uuid
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, delete, exists, insert, select

from .purge import Purge
from .store import system, users
from .store.foresight import Lookup
from .tokens import Held

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .store import Store, Work

# made once, as every request of a user's asks for it
_FIND = (
    select(
        system.token.c.auth_id,
        system.token.c.issued_at,
        system.token.c.expires_at,
        *users.COLUMNS,
    )
    .select_from(
        system.token.outerjoin(system.auth, system.auth.c.id == system.token.c.auth_id)
    )
    .where(system.token.c.digest == bindparam("digest"))
)

_OUTLIVED = exists().where(
    system.auth.c.id == system.token.c.auth_id,
    system.auth.c.token_valid_since > system.token.c.issued_at,
)
"""Whether a session began before its user's password was changed."""


class DatabaseTokens:
    """Sessions that end after *seconds*, or never if that is 0.

    Only digests of tokens are stored, so that a copy of the database lets nobody in.
    """

    def __init__(self, store: Store, seconds: int) -> None:
        self._seconds = seconds
        self.purge = Purge(store, system.token, or_when=_OUTLIVED)

    def issue(self, work: Work, user_id: str) -> str:
        """Return the token of a new session."""
        self.purge.maybe(work)
        made, now = str(uuid.uuid4()), datetime.now(UTC)
        until = now + timedelta(seconds=self._seconds) if self._seconds else None
        row = {
            "digest": digest(made),
            "auth_id": user_id,
            "issued_at": now,
            "expires_at": until,
        }
        work.connection.execute(insert(system.token), row)
        return made

    def find(self, work: Work, given: str) -> Held | None:
        """Return what the token *given* says; None if it is not valid."""
        [lookup] = self.lookups(given)
        row = work.row(lookup)
        if row is None:
            return None
        user_id, issued_at, expires_at, *user = row
        if expires_at and expires_at <= datetime.now(UTC):
            return None
        return Held(user_id, issued_at, users.from_row(user))

    def lookups(self, given: str) -> list[Lookup]:
        """Return what finds the session of a token, and its user."""
        return [Lookup(_FIND, {"digest": digest(given)})]

    def forget(self, work: Work, given: str) -> None:
        """End the session of a token."""
        same = system.token.c.digest == digest(given)
        work.connection.execute(delete(system.token).where(same))

    def end(self, work: Work, user_id: str, before: datetime) -> None:
        """End the sessions of a user that began before then."""
        token = system.token.c
        older = (token.auth_id == user_id) & (token.issued_at < before)
        work.connection.execute(delete(system.token).where(older))

    def keep(self) -> Mapping[str, bytes]:
        """Keep nothing: the database has the sessions."""
        return {}

    def put(self, kept: Mapping[str, bytes]) -> None:
        """Do nothing, for the same reason."""

    def close(self) -> None:
        """Do nothing: the database is closed with its store."""


def digest(given: str) -> str:
    """Return what is stored of a token."""
    return hashlib.sha256(given.encode("utf-8", "replace")).hexdigest()
