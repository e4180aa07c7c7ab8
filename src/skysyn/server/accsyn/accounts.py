"""Accounts: users' keys, passwords and sessions; only digests of them are kept."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

import attrs
from sqlalchemy import select

from skysyn.dialects.accsyn.refusals import expired, unauthorized
from skysyn.server.passwords import hash_password, is_password

from .context import Caller
from .settings import PASSWORD_HOURS
from .tables import USERS, session, visit

if TYPE_CHECKING:
    from skysyn.dialects.accsyn.credentials import Credentials
    from skysyn.errors import RemoteError

    from .work import Row, Work

IDLE = timedelta(days=90)
"""How long a session without an end may go unused."""

_MAX_SECONDS = 10 * 366 * 24 * 3600


def digest(secret: str) -> str:
    """Return what is kept of a secret that nobody can guess."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def set_keys(work: Work, user: str, api_key: str, password: str | None) -> None:
    """Let a user in with these keys and no others."""
    hashed = None if password is None else hash_password(password)
    work.change(USERS.table, user, {"_api_key": digest(api_key), "_password": hashed})


@attrs.frozen
class Proven:
    """Who a request is from, and by which session key if it is by one."""

    caller: Caller
    session_key: str | None = attrs.field(default=None, repr=False)


def stored_password(work: Work, given: Credentials) -> str | None:
    """Return the hash of the password that *given* are compared with."""
    kept = (_find(work, given.username) or {}).get("_password")
    return kept if isinstance(kept, str) else None


def check_password(given: Credentials, stored: str | None) -> str:
    """Return what is *stored* of a password that is right; this takes a while.

    Raises:
        AuthenticationError: it is wrong.
    """
    if stored is None or not is_password(stored, given.secret):
        raise _invalid()
    return stored


def prove(work: Work, given: Credentials | None, checked: str | None = None) -> Proven:
    """Return who *given* are the credentials of.

    A password needs no second look if what is stored of it is *checked* already.

    Raises:
        AuthenticationError: of nobody who may come in.
        SessionExpired: of somebody whose session is over.
    """
    if given is None or not given.secret:
        msg = "no credentials are given"
        raise unauthorized(msg)
    user = _find(work, given.username)
    if given.means == "session_key":
        return _by_session(work, user, given.secret)
    if not _is_right(user, given, checked):
        raise _invalid()
    return Proven(_admit(user))


def _invalid() -> RemoteError:
    msg = "invalid credentials"
    return unauthorized(msg)


def _find(work: Work, username: str) -> Row | None:
    users = USERS.table
    return work.one(users, users.c["_key"] == username.strip().lower())


def _is_right(user: Row | None, given: Credentials, checked: str | None) -> bool:
    """Whether the key or password is the user's."""
    known = user or {}
    if given.means == "password":
        stored = known.get("_password")
        is_known = checked is not None and stored == checked
        return is_known or is_password(stored, given.secret)
    kept = known.get("_api_key")
    return hmac.compare_digest(kept or "", digest(given.secret))


def _admit(user: Row | None) -> Caller:
    if user is None or user["inactive"] or user["_archived"]:
        raise _invalid()
    if user["status"] != "enabled":
        msg = "the user is disabled"
        raise unauthorized(msg)
    return Caller(user["id"], user["code"], user["role"])


def _by_session(work: Work, user: Row | None, secret: str) -> Proven:
    found = work.one(session, session.c.digest == digest(secret))
    if found is None or user is None or found["user"] != user["id"]:
        raise expired()
    if found["expires"] is not None and found["expires"] <= work.now:
        raise expired()
    if _is_idle(work, found["digest"]):
        raise expired()
    return Proven(_admit(user), secret)


def _is_idle(work: Work, digested: str) -> bool:
    used = work.one(visit, visit.c.digest == digested)
    return used is not None and bool(used["date"] < work.now - IDLE)


def open_session(work: Work, user: str, seconds: int, *, by_password: bool) -> str:
    """Return a new session of a user; 0 *seconds* are no end, but to a password."""
    if not seconds and by_password:
        seconds = PASSWORD_HOURS * 3600
    key = secrets.token_hex(16)
    expires = None
    if seconds:
        expires = work.now + timedelta(seconds=min(seconds, _MAX_SECONDS))
    _sweep(work)
    work.insert(session, {"digest": digest(key), "user": user, "expires": expires})
    if expires is None:
        work.insert(visit, {"digest": digest(key), "date": work.now})
    return key


def _sweep(work: Work) -> None:
    """Delete the sessions that are over, and those that nobody has used for long."""
    work.delete(session, session.c.expires < work.now)
    idle = select(visit.c.digest).where(
        work.here(visit), visit.c.date < work.now - IDLE
    )
    work.delete(session, session.c.digest.in_(idle))
    work.delete(visit, visit.c.date < work.now - IDLE)


def is_long_ago(work: Work, key: str) -> bool:
    """Whether it is time to note anew that a session without an end is used."""
    found = work.one(visit, visit.c.digest == digest(key))
    if found is None:
        return False
    return bool(work.now - IDLE <= found["date"] < work.now - timedelta(days=1))


def note_visit(work: Work, key: str) -> None:
    """Note that a session was used."""
    work.update(visit, {"date": work.now}, visit.c.digest == digest(key))


def check_session(work: Work, caller: Caller, key: str) -> None:
    """Raise SessionExpired unless *key* is a session of the caller's that goes on."""
    found = work.one(session, session.c.digest == digest(key))
    if found is None or found["user"] != caller.id:
        raise expired()
    if found["expires"] is not None and found["expires"] <= work.now:
        raise expired()


def close_sessions(work: Work, user: str) -> None:
    """End every session of a user."""
    mine = select(session.c.digest).where(work.here(session), session.c.user == user)
    work.delete(visit, visit.c.digest.in_(mine))
    work.delete(session, session.c.user == user)


def note_login(work: Work, user: str) -> None:
    """Note that a user was here."""
    work.change(USERS.table, user, {"logged_in": work.now})
