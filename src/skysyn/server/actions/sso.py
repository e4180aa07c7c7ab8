"""Actions for logins by other services: OAuth accounts and custom tokens."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import jwt
from sqlalchemy import Row, delete, insert, select

from skysyn.dialects.skygear.batches import load_fields, load_object, load_plain
from skysyn.dialects.skygear.refusals import refuse, undecodable
from skysyn.server import chains, profiles
from skysyn.server.sessions import new_user, open_session
from skysyn.server.store import system, users

from .action import Action
from .auth import extend_profile, load_profile

if TYPE_CHECKING:
    from collections.abc import Mapping

    from skysyn.models import JSON
    from skysyn.server.context import Context
    from skysyn.server.store import Work
    from skysyn.server.store.users import User

_MASTER = (chains.key, chains.master)


def login(context: Context) -> JSON:
    """Log in as the user that an account is linked with."""
    provider, principal = _text(context, "provider"), _text(context, "principal_id")
    with context.write() as work:
        linked = _linked(work, provider, principal_id=principal)
        user = None if linked is None else users.find(work, linked.user_id)
        if user is None:
            raise refuse(105, "no connected user")
        return _open(context, work, user)


def _open(context: Context, work: Work, user: User) -> JSON:
    if user.is_disabled(datetime.now(UTC)):
        raise chains.disabled(user)
    return open_session(context, work, user, is_login=True)


def signup(context: Context) -> JSON:
    """Make a user that an account is linked with."""
    provider, principal = _text(context, "provider"), _text(context, "principal_id")
    profile = load_profile(context.asked.payload)
    extend_profile(context, profile)
    now = datetime.now(UTC)
    with context.write() as work:
        if _linked(work, provider, principal_id=principal) is not None:
            raise refuse(108, "user already connected")
        user = new_user(work, profile)
        _link(context, work, user.id)
        return open_session(context, work, user, is_login=True, at=now)


def link(context: Context) -> JSON:
    """Link an account with a user."""
    provider, user_id = _text(context, "provider"), _text(context, "user_id")
    principal = _text(context, "principal_id")
    with context.write() as work:
        if users.find(work, user_id) is None:
            raise refuse(110, "user not found")
        if _linked(work, provider, principal_id=principal) or _linked(
            work, provider, user_id=user_id
        ):
            raise refuse(108, "user already connected")
        _link(context, work, user_id)
    return "OK"


def unlink(context: Context) -> JSON:
    """Part an account from a user."""
    provider, user_id = _text(context, "provider"), _text(context, "user_id")
    column = system.sso_oauth.c
    with context.write() as work:
        if _linked(work, provider, user_id=user_id) is None:
            raise refuse(110, "user not found")
        work.connection.execute(
            delete(system.sso_oauth).where(
                column.provider == provider, column.user_id == user_id
            )
        )
    return "OK"


def _linked(work: Work, provider: str, **key: str) -> Row[Any] | None:
    column = system.sso_oauth.c
    conditions = [column[name] == value for name, value in key.items()]
    asked = select(system.sso_oauth).where(column.provider == provider, *conditions)
    return work.connection.execute(asked).first()


def _link(context: Context, work: Work, user_id: str) -> None:
    payload, now = context.asked.payload, datetime.now(UTC)
    row = {
        "provider": _text(context, "provider"),
        "principal_id": _text(context, "principal_id"),
        "user_id": user_id,
        "token_response": load_object(payload, "token_response"),
        "profile": load_object(payload, "provider_profile"),
        "_created_at": now,
        "_updated_at": now,
    }
    work.connection.execute(insert(system.sso_oauth), row)


def _text(context: Context, name: str) -> str:
    found = load_plain(context.asked.payload, name, str)
    if not found:
        raise refuse(108, f"empty {name}", arguments=[name])
    return found


def custom_token(context: Context) -> JSON:
    """Log in by a token that another service signed."""
    secret = context.settings.custom_token_secret
    if not secret:
        msg = "login with custom token requires CUSTOM_TOKEN_SECRET config"
        raise refuse(125, msg)
    claims = _claims(_text(context, "token"), secret)
    profile = load_fields(claims.get("skyprofile") or {})
    extend_profile(context, profile)
    with context.write() as work:
        user = _holder(work, claims["sub"], profile)
        return _open(context, work, user)


def _claims(token: str, secret: str) -> dict[str, Any]:
    """Return what a custom token claims.

    Raises:
        RemoteError: it is not signed by *secret*, is too old, or lacks a claim.
    """
    # HMAC fills keys up with zeros itself; done here, jwt warns of none that is short
    key = secret.encode("utf-8", "replace").ljust(64, b"\0")
    try:
        claims: dict[str, Any] = jwt.decode(
            token,
            key,
            algorithms=["HS256", "HS384", "HS512"],
            options={"require": ["sub", "iat", "exp"]},
        )
    except jwt.MissingRequiredClaimError as error:
        raise refuse(105, f"invalid token: {error}") from error
    except jwt.InvalidTokenError as error:
        raise refuse(107, "the token cannot be decoded or has expired") from error
    for name in ("sub", "iat"):
        if not claims[name]:
            raise refuse(105, f"invalid token: its claim {name} is empty")
    if not isinstance(claims.get("skyprofile"), dict | None):
        raise undecodable()
    return claims


def _holder(work: Work, principal: str, profile: Mapping[str, object]) -> User:
    """Return the user that *principal* is, made if new, with *profile* merged."""
    table = system.sso_custom_token
    asked = select(table.c.user_id).where(table.c.principal_id == principal)
    found: str | None = work.connection.execute(asked).scalar()
    known = None if found is None else users.find(work, found)
    if known is None:
        made = new_user(work, profile)
        row = {"principal_id": principal, "user_id": made.id}
        work.connection.execute(insert(table), row)
        return made
    profiles.create(work, known.id, profile)
    return known


ACTIONS = {
    "sso:oauth:login": Action(_MASTER, login),
    "sso:oauth:signup": Action(_MASTER, signup),
    "sso:oauth:link": Action(_MASTER, link),
    "sso:oauth:unlink": Action(_MASTER, unlink),
    "sso:custom_token:login": Action((chains.key,), custom_token),
}
