"""Signed tokens: sessions that are in the token itself, as JSON Web Tokens."""

from __future__ import annotations

import math
import time
import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import jwt
import msgspec
from sqlalchemy import bindparam, delete, exists, insert, select

from skysyn.errors import DeclarationError

from .purge import Purge
from .store import system, users
from .store.foresight import Lookup
from .store.inserting import inserting
from .tokens import Held

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .store import Store, Work

_ALGORITHM = "HS256"
_SHORTEST = 32
"""As many bytes as the signature has: with fewer, it is easier to guess than that."""


class _Claims(msgspec.Struct, omit_defaults=True):
    jti: str
    iat: float
    iss: str
    sub: str
    exp: int | None = None
    era: str = ""


_ERA = system.era.c
_NEWEST = select(_ERA.name).order_by(_ERA.number.desc()).limit(1)
# made once, as every request of a user's asks for it: whether it ended, is of now
_FIND = select(
    exists().where(system.ended_token.c.id == bindparam("jti")),
    exists().where(_ERA.name == bindparam("era")) | ~exists(select(_ERA.name)),
)


def _lookup(claims: _Claims) -> Lookup:
    return Lookup(_FIND, {"jti": claims.jti, "era": claims.era})


class SignedTokens:
    """Sessions that nothing is stored of until their user logs out.

    A token says itself whose it is, so those that are logged out are noted in the
    database until they would have ended. Each names an era, which a reset ends; there
    are none, and no claim, before the first snapshot or reset.

    Raises:
        DeclarationError: *secret* is so short that it can be guessed from a token.
    """

    def __init__(self, store: Store, seconds: int, app: str, secret: str) -> None:
        if len(secret.encode()) < _SHORTEST:
            msg = (
                f"what signs tokens must have {_SHORTEST} bytes or more: "
                "set TOKEN_STORE_SECRET, or a longer master key"
            )
            raise DeclarationError(msg)
        self._store = store
        self._seconds = seconds
        self._app = app
        self._secret = secret
        self.purge = Purge(store, system.ended_token)

    def issue(self, work: Work, user_id: str) -> str:
        """Return the token of a new session."""
        # not cut to seconds, as sessions from before a change of password end
        now = time.time()
        era = work.connection.execute(_NEWEST).scalar() or ""
        claims = _Claims(str(uuid.uuid4()), now, self._app, user_id, era=era)
        if self._seconds:
            claims.exp = math.ceil(now + self._seconds)
        return jwt.encode(msgspec.to_builtins(claims), self._secret, _ALGORITHM)

    def find(self, work: Work, given: str) -> Held | None:
        """Return what the token *given* says; None if it is not valid."""
        claims = self._claims(given)
        if claims is None:
            return None
        if work.row(_lookup(claims)) != (False, True):
            return None
        return Held(claims.sub, datetime.fromtimestamp(claims.iat, UTC))

    def lookups(self, given: str) -> list[Lookup]:
        """Return what finds out whether a token is good, and what finds its user."""
        claims = self._claims(given)
        return [] if claims is None else [_lookup(claims), users.lookup(claims.sub)]

    def forget(self, work: Work, given: str) -> None:
        """Note that the session of a token has ended."""
        self.purge.maybe(work)
        claims = self._claims(given)
        if claims is None:
            return
        until = claims.exp and datetime.fromtimestamp(claims.exp, UTC)
        work.connection.execute(
            inserting(work, system.ended_token).on_conflict_do_nothing(),
            {"id": claims.jti, "expires_at": until},
        )

    def end(self, work: Work, user_id: str, before: datetime) -> None:
        """Do nothing: a token says when it was made, its user which ones count."""

    def keep(self) -> Mapping[str, bytes]:
        """Return the eras up to now, and begin another."""
        with self._store.read() as work:
            rows = work.connection.execute(select(_ERA.name).order_by(_ERA.number))
            eras = [*rows.scalars()] or [""]
        self._begin(eras)
        return dict.fromkeys(eras, b"")

    def put(self, kept: Mapping[str, bytes]) -> None:
        """Let tokens of the eras that are *kept* be good, and begin another."""
        self._begin([*kept])

    def _begin(self, eras: list[str]) -> None:
        names = [*eras, uuid.uuid4().hex]
        rows = [{"number": number, "name": name} for number, name in enumerate(names)]
        with self._store.write() as work:
            work.connection.execute(delete(system.era))
            work.connection.execute(insert(system.era), rows)

    def close(self) -> None:
        """Do nothing: the database is closed with its store."""

    def _claims(self, given: str) -> _Claims | None:
        try:
            said = jwt.decode(
                given,
                self._secret,
                algorithms=[_ALGORITHM],
                issuer=self._app,
                # the clock of the process that issued it may be ahead of ours
                options={"verify_iat": False},
            )
            return msgspec.convert(said, _Claims)
        except (jwt.InvalidTokenError, msgspec.ValidationError, UnicodeError):
            return None
