"""Chains: the checks that a request passes before its action runs (protocol §4.2)."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from skysyn.dialects.skygear.batches import load_scope
from skysyn.dialects.skygear.refusals import refuse
from skysyn.dialects.skygear.values import dump_date
from skysyn.errors import RemoteError

from . import policy, profiles
from .context import Context
from .store import Work, users
from .store.caller import Scope

if TYPE_CHECKING:
    from .store.users import User

Block = Callable[[Context, Work], None]
GOD = "_god"


class WriteNeeded(Exception):
    """The chain has to make a user, so it starts again in a writing transaction."""


def key(context: Context, _: Work) -> None:
    """KEY: there must be a right key."""
    need_key(context)


def need_key(context: Context) -> None:
    """Fail unless there is a right key."""
    given = context.asked.api_key
    if not given:
        raise refuse(101, "Api key is empty")
    check_key(context, given)


def authn(context: Context, work: Work) -> None:
    """AUTHN: there must be a right key or a valid token."""
    given = context.asked.api_key
    if given:
        check_key(context, given)
    if context.asked.access_token:
        _take_token(context, work)
        return
    if not given:
        raise refuse(101, "Both api key and access token are empty")
    if context.is_master and context.asked.user_id:
        context.user_id = context.asked.user_id


def soft(context: Context, work: Work) -> None:
    """SOFT: who has no right key and no valid token is nobody."""
    try:
        authn(context, work)
    except RemoteError:
        return


def optional_user(context: Context, work: Work) -> None:
    """USER?: load the user if possible; else the request is nobody's."""
    user = _user(context, work)
    if user is None or _refusal(context, user) is not None:
        return
    if context.settings.passwords.has_expired(user):
        return
    context.user = user


def user(context: Context, work: Work) -> None:
    """USER!: load the user or fail."""
    any_user(context, work)
    if context.user and context.settings.passwords.has_expired(context.user):
        context.user = None
        raise policy.expired()


def any_user(context: Context, work: Work) -> None:
    """USER! for who wants to change a password that has expired."""
    found = _user(context, work)
    if found is None and context.user_id is not None:
        raise refuse(10001, "the user of this session does not exist")
    if found is None:
        msg = "Authentication is required for this action, please login."
        raise refuse(101, msg)
    refusal = _refusal(context, found)
    if refusal is not None:
        raise refusal
    context.user = found


def database(context: Context, _: Work) -> None:
    """DB: find out which database is asked for, and whether it may be."""
    wanted = load_scope(context.asked.payload) or "_public"
    match wanted:
        case "_public":
            context.scope = Scope()
        case "_private":
            if context.user is None:
                raise refuse(101, "Authentication is needed for private DB access")
            context.scope = Scope(context.user.id)
        case "_union":
            if not context.is_master:
                raise refuse(101, "Master key is needed for union DB access")
            context.scope = Scope(is_union=True)
        case _:
            context.scope = _private(context, wanted)


def verified(context: Context, work: Work) -> None:
    """VER: where users must be verified, the user must be."""
    if context.settings.verify_required and context.user is not None:
        record(context, work)


def record(context: Context, work: Work) -> None:
    """URec: the user must have a user record; it is made if it is missing."""
    if context.user is None:
        return
    found = profiles.find(work, context.user.id)
    if found is None:
        _need_write(context)
        found = profiles.create(work, context.user.id)
    if context.settings.verify_required and found.values.get("is_verified") is not True:
        raise refuse(128, "User is not yet verified")


def dev(context: Context, _: Work) -> None:
    """DEV: with the master key, or while the app is developed."""
    if not context.may_migrate:
        raise refuse(102, "Attempt to access dev only end-point")


def admin(context: Context, work: Work) -> None:
    """ADMIN: with the master key, or as a user with an admin role."""
    if context.is_master:
        return
    if context.user is None:
        raise refuse(101, "User is required for this action, please login.")
    if not context.user.roles & users.flagged(work, "is_admin"):
        msg = "no permission to perform this action"
        raise refuse(102, msg, status=401)


def master(context: Context, _: Work) -> None:
    """MASTER: with the master key only."""
    if not context.is_master:
        raise refuse(102, "no permission to this action", status=401)


def check_key(context: Context, given: str) -> None:
    """Fail unless *given* is a right key; note whether it is the master's."""
    context.is_master = _is_same(given, context.settings.master_key)
    if not context.is_master and not _is_same(given, context.settings.api_key):
        raise refuse(103, f"Cannot verify api key: `{given:.80}`")


def _is_same(given: str, secret: str) -> bool:
    return hmac.compare_digest(
        given.encode("utf-8", "replace"), secret.encode("utf-8", "replace")
    )


def _take_token(context: Context, work: Work) -> None:
    found = context.services.tokens.find(work, context.asked.access_token)
    if found is None:
        raise _no_session()
    context.user_id, context.held = found.user_id, found


def _no_session() -> RemoteError:
    return refuse(104, "token does not exist or it has expired")


def _user(context: Context, work: Work) -> User | None:
    """Return who asks; the master becomes `_god`, and strangers it names are made."""
    user_id = context.user_id
    if user_id is None and context.is_master:
        user_id = context.user_id = GOD
    if user_id is None:
        return None
    held = context.held
    found = (held and held.user) or users.find(work, user_id)
    if found is None and context.is_master:
        _need_write(context)
        return users.create(work, user_id, None)
    return found


def _need_write(context: Context) -> None:
    if not context.may_write:
        raise WriteNeeded


def _refusal(context: Context, found: User) -> RemoteError | None:
    """Return why this user may do nothing, if so."""
    if found.is_disabled(datetime.now(UTC)):
        return disabled(found)
    held, valid = context.held, found.token_valid_since
    if held is not None and valid is not None and held.since < valid:
        return _no_session()
    return None


def disabled(found: User) -> RemoteError:
    """Return the refusal of a disabled user."""
    info: dict[str, object] = {}
    if found.disabled_expiry is not None:
        info["expiry"] = dump_date(found.disabled_expiry.replace(microsecond=0))
    if found.disabled_message:
        info["message"] = found.disabled_message
    return refuse(127, "user is disabled", info=info)


def _private(context: Context, wanted: str) -> Scope:
    if wanted.startswith("_"):
        raise refuse(108, "invalid database ID", arguments=["database_id"])
    if not context.is_master and wanted != context.caller.user_id:
        msg = "The selected DB cannot be accessed because permission is denied"
        raise refuse(102, msg)
    return Scope(wanted)
