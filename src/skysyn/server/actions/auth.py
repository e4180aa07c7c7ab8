"""Actions on users: sign up, log in and out, passwords, and who one is."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec

from skysyn.dialects.skygear.batches import (
    Incoming,
    load_all,
    load_fields,
    load_object,
    load_plain,
)
from skysyn.dialects.skygear.literals import load_date
from skysyn.dialects.skygear.refusals import refuse
from skysyn.errors import RemoteError
from skysyn.models import RecordID
from skysyn.server import chains, new_passwords, profiles
from skysyn.server.cloud import providers
from skysyn.server.passwords import hash_password, is_password
from skysyn.server.sessions import hold, new_user, open_session
from skysyn.server.store import users
from skysyn.server.store.saving import wanted

from .action import Action
from .record import migrate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from skysyn.models import JSON
    from skysyn.server.cloud.providers import Principal
    from skysyn.server.context import Context
    from skysyn.server.store import Work
    from skysyn.server.store.users import User


def signup(context: Context) -> JSON:
    """Make a user and log in."""
    payload = context.asked.payload
    auth_data = _auth_data(payload)
    password = load_plain(payload, "password", str)
    profile = load_profile(payload)
    principal = providers.find_principal(context)
    if auth_data or password:
        _check_auth_data(context, auth_data)
    repeated = sorted(auth_data.keys() & profile.keys())
    if repeated:
        msg = "duplicated keys found in auth data in profile"
        raise refuse(108, msg, arguments=repeated)
    if auth_data and not password:
        msg = "password"
        raise _empty(msg, "empty password")
    fields = {**profile, **auth_data}
    if password:
        context.settings.passwords.check(password, fields)
    extend_profile(context, fields)
    stored = hash_password(password) if password else None
    with context.write() as work:
        user = _new_user(work, fields, stored)
        new_passwords.note(work, context.settings.passwords, user.id, stored)
        if principal is not None:
            providers.note(work, user.id, principal)
        return open_session(context, work, user, is_login=True)


def _new_user(work: Work, fields: Mapping[str, object], password: str | None) -> User:
    try:
        return new_user(work, fields, password, with_roles=True)
    except RemoteError as error:
        if error.code == 109:
            raise refuse(109, "user duplicated") from error
        raise


def extend_profile(context: Context, fields: Mapping[str, object]) -> None:
    """Make the columns of user records that *fields* need."""
    migrate(context, wanted([Incoming(RecordID("user", "-"), fields)]))


def load_profile(payload: Mapping[str, JSON]) -> dict[str, object]:
    """Return the fields of a user record that are sent along."""
    wire = load_object(payload, "profile") or {}
    reserved = sorted(name for name in wire if not name or name.startswith("_"))
    if reserved:
        raise refuse(108, "reserved keys in profile", arguments=reserved)
    return load_fields(wire)


def _auth_data(payload: Mapping[str, JSON]) -> dict[str, object]:
    wire = load_object(payload, "auth_data") or {}
    return {
        name: value for name, value in load_fields(wire).items() if value is not None
    }


def _check_auth_data(context: Context, auth_data: Mapping[str, object]) -> None:
    keys = context.settings.auth_keys
    known = {name for group in keys for name in group}
    complete = any(all(name in auth_data for name in group) for group in keys)
    if not complete or not auth_data.keys() <= known:
        msg = "auth_data"
        raise _empty(msg, "invalid auth data")


def _empty(argument: str, message: str) -> RemoteError:
    return refuse(108, message, arguments=[argument])


def login(context: Context) -> JSON:
    """Log in by name or address and password, or as an auth provider says."""
    payload = context.asked.payload
    principal = providers.find_principal(context)
    if principal is not None:
        return _login_as(context, principal)
    auth_data = _auth_data(payload)
    password = load_plain(payload, "password", str) or ""
    _check_auth_data(context, auth_data)
    with context.store.read() as work:
        user = _named(context, work, auth_data)
    if user is None:
        raise refuse(110, "user not found")
    if user.is_disabled(datetime.now(UTC)):
        raise chains.disabled(user)
    msg = "auth_data or password incorrect"
    if not is_password(user.password, password):
        raise refuse(105, msg)
    with context.write() as work:
        user = _held(work, user, msg)
        return open_session(context, work, user, is_login=True)


def _held(work: Work, proven: User, message: str) -> User:
    """Return who proved their password, as they are now.

    It is proven before the transaction, as that takes some milliseconds.

    Raises:
        RemoteError: they have another one by now, so they proved nothing.
    """
    user = hold(work, proven.id)
    if user is None or user.password != proven.password:
        raise refuse(105, message)
    return user


def _login_as(context: Context, principal: Principal) -> JSON:
    """Log in as *principal*; who never did becomes a user."""
    with context.write() as work:
        known = providers.holder(work, principal)
        user = None if known is None else users.find(work, known)
        if user is None:
            user = _new_user(work, {}, None)
        if user.is_disabled(datetime.now(UTC)):
            raise chains.disabled(user)
        providers.note(work, user.id, principal)
        return open_session(context, work, user, is_login=True)


def _named(
    context: Context, work: Work, auth_data: Mapping[str, object]
) -> User | None:
    """Return the user of the first complete set of keys."""
    for group in context.settings.auth_keys:
        if all(name in auth_data for name in group):
            fields = {name: str(auth_data[name]) for name in group}
            found = profiles.with_key(work, fields)
            return None if found is None else users.find(work, found)
    return None


def logout(context: Context) -> JSON:
    """End the session of the token that was sent."""
    if context.asked.access_token:
        with context.write() as work:
            context.services.tokens.forget(work, context.asked.access_token)
    return {"status": "OK"}


def me(context: Context) -> JSON:
    """Say who asks."""
    with context.write() as work:
        hold(work, _user(context).id)
        # again, as the session may have ended meanwhile, and another begins
        for block in (chains.authn, chains.user):
            block(context, work)
        return open_session(context, work, _user(context), is_login=False)


def _user(context: Context) -> User:
    if context.user is None:
        raise refuse(101, "Authentication is required for this action, please login.")
    return context.user


def change_password(context: Context) -> JSON:
    """Set one's own password; other sessions end."""
    payload = context.asked.payload
    old = load_plain(payload, "old_password", str)
    new = load_plain(payload, "password", str)
    if not old:
        msg = "old_password"
        raise _empty(msg, "empty old password")
    if not new:
        msg = "password"
        raise _empty(msg, "empty password")
    user = _user(context)
    msg = "Incorrect old password"
    if not is_password(user.password, old):
        raise refuse(105, msg)
    new_passwords.check(context, user, new)
    stored = hash_password(new)
    with context.write() as work:
        return _set_password(context, work, _held(work, user, msg), stored)


def reset_password(context: Context) -> JSON:
    """Set anyone's password."""
    payload = context.asked.payload
    user_id = load_plain(payload, "auth_id", str)
    new = load_plain(payload, "password", str)
    if not user_id:
        msg = "auth_id"
        raise _empty(msg, "empty auth_id")
    if not new:
        msg = "password"
        raise _empty(msg, "empty password")
    with context.store.read() as work:
        user = users.find(work, user_id)
    if user is None:
        raise refuse(10001, "the user does not exist")
    new_passwords.check(context, user, new)
    stored = hash_password(new)
    with context.write() as work:
        user = hold(work, user.id) or user
        return _set_password(context, work, user, stored)


def _set_password(context: Context, work: Work, held: User, stored: str) -> JSON:
    """Set the password of a user who is held, as no session may begin meanwhile."""
    now = datetime.now(UTC)
    users.change(work, held.id, password=stored, token_valid_since=now)
    context.services.tokens.end(work, held.id, now)
    new_passwords.note(work, context.settings.passwords, held.id, stored)
    return open_session(context, work, held, is_login=False)


class _Disabling(msgspec.Struct):
    auth_id: str = ""
    disabled: bool = False
    message: str = ""
    expiry: str = ""


def set_disabled(context: Context) -> JSON:
    """Disable a user, or enable one again, for whom the rest does not count."""
    asked = load_all(context.asked.payload, _Disabling)
    message = asked.message if asked.disabled else None
    expiry = _expiry(asked.expiry) if asked.disabled else None
    with context.write() as work:
        if users.find(work, asked.auth_id) is None:
            raise refuse(110, "User not found")
        users.change(
            work,
            asked.auth_id,
            disabled=asked.disabled,
            disabled_message=message or None,
            disabled_expiry=expiry,
        )
    return {"status": "OK"}


def _expiry(said: str) -> datetime | None:
    if not said:
        return None
    found = load_date(said)
    if found is None:
        msg = "expiry"
        raise _empty(msg, "invalid expiry")
    return found


_USER = (chains.authn, chains.user, chains.record)
_ANY_USER = (chains.authn, chains.any_user, chains.record)
ACTIONS = {
    "auth:signup": Action((chains.key,), signup),
    "auth:login": Action((chains.key,), login),
    "auth:logout": Action((chains.authn,), logout),
    "auth:password": Action(_ANY_USER, change_password),
    "auth:reset_password": Action((chains.key, chains.master), reset_password),
    "auth:disable:set": Action(
        (chains.authn, chains.optional_user, chains.admin), set_disabled
    ),
    "me": Action(_USER, me),
}
