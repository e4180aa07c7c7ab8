"""Actions for logins by other services: OAuth accounts and custom tokens."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import Row, delete, insert, select, update

from skysyn.dialects.skygear.batches import load_all, load_fields, load_plain
from skysyn.dialects.skygear.refusals import refuse
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


class _Account(msgspec.Struct):
    provider: str = ""
    principal_id: str = ""
    user_id: str = ""
    token_response: dict[str, Any] | None = None
    provider_profile: dict[str, Any] | None = None


def login(context: Context) -> JSON:
    """Log in as the user that an account is linked with."""
    account = _account(context, "provider", "principal_id")
    with context.write() as work:
        linked = _linked(work, account.provider, principal_id=account.principal_id)
        user = None if linked is None else users.find(work, linked.user_id)
        if user is None:
            raise refuse(105, "no connected user")
        column = system.sso_oauth.c
        work.connection.execute(
            update(system.sso_oauth)
            .where(column.provider == account.provider, column.user_id == user.id)
            .values(_told(account))
        )
        return _open(context, work, user)


def _account(context: Context, *needed: str) -> _Account:
    """Return the account that a request is about, if it says all that is *needed*."""
    found = load_all(context.asked.payload, _Account)
    for name in needed:
        if not getattr(found, name):
            msg = f"empty {name.replace('_', ' ')}"
            raise refuse(108, msg, arguments=[name])
    return found


def _told(account: _Account) -> dict[str, Any]:
    """Return what is kept of an account, as it was told last."""
    return {
        "token_response": account.token_response,
        "profile": account.provider_profile,
        "_updated_at": datetime.now(UTC),
    }


def _open(context: Context, work: Work, user: User) -> JSON:
    if user.is_disabled(datetime.now(UTC)):
        raise chains.disabled(user)
    return open_session(context, work, user, is_login=True)


def signup(context: Context) -> JSON:
    """Make a user that an account is linked with."""
    account = _account(context, "provider", "principal_id")
    profile = load_profile(context.asked.payload)
    extend_profile(context, profile)
    now = datetime.now(UTC)
    with context.write() as work:
        if _linked(work, account.provider, principal_id=account.principal_id):
            raise refuse(108, "user already connected")
        user = new_user(work, profile)
        _link(work, account, user.id)
        return open_session(context, work, user, is_login=True, at=now)


def link(context: Context) -> JSON:
    """Link an account with a user."""
    account = _account(context, "provider", "principal_id", "user_id")
    with context.write() as work:
        if _linked(work, account.provider, principal_id=account.principal_id):
            raise refuse(108, "provider account already linked with existing user")
        if _linked(work, account.provider, user_id=account.user_id):
            raise refuse(108, "user linked to the provider already")
        if users.find(work, account.user_id) is None:
            raise refuse(110, "user not found")
        _link(work, account, account.user_id)
    return "OK"


def unlink(context: Context) -> JSON:
    """Part an account from a user."""
    account = _account(context, "provider", "user_id")
    column = system.sso_oauth.c
    with context.write() as work:
        if _linked(work, account.provider, user_id=account.user_id) is None:
            raise refuse(110, "user not found")
        work.connection.execute(
            delete(system.sso_oauth).where(
                column.provider == account.provider, column.user_id == account.user_id
            )
        )
    return "OK"


def _linked(work: Work, provider: str, **key: str) -> Row[Any] | None:
    column = system.sso_oauth.c
    conditions = [column[name] == value for name, value in key.items()]
    asked = select(system.sso_oauth).where(column.provider == provider, *conditions)
    return work.connection.execute(asked).first()


def _link(work: Work, account: _Account, user_id: str) -> None:
    told = _told(account)
    row = {
        "provider": account.provider,
        "principal_id": account.principal_id,
        "user_id": user_id,
        "_created_at": told["_updated_at"],
        **told,
    }
    work.connection.execute(insert(system.sso_oauth), row)


def custom_token(context: Context) -> JSON:
    """Log in by a token that another service signed."""
    secret = context.settings.custom_token_secret
    if not secret:
        msg = "login with custom token requires CUSTOM_TOKEN_SECRET config"
        raise refuse(125, msg)
    # with cryptography it takes long to load, which most servers have no use for
    from skysyn.server.custom_tokens import claims_of  # noqa: PLC0415  # as said

    token = load_plain(context.asked.payload, "token", str) or ""
    claims = claims_of(token, secret)
    profile = load_fields(claims.skyprofile or {})
    principal = claims.principal()
    extend_profile(context, profile)
    with context.write() as work:
        user = _holder(work, principal, profile)
        return _open(context, work, user)


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
