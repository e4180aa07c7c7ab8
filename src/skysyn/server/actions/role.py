"""Actions on roles: which there are, and who has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skysyn.dialects.skygear.batches import load_texts
from skysyn.dialects.skygear.refusals import refuse
from skysyn.server import chains
from skysyn.server.store import users

from .action import Action

if TYPE_CHECKING:
    from collections.abc import Callable

    from skysyn.models import JSON
    from skysyn.server.context import Context

_SCHEMA = (chains.key, chains.dev)
_USER = (chains.authn, chains.optional_user)


def _setter(flag: str) -> Callable[[Context], JSON]:
    def run(context: Context) -> JSON:
        roles = load_texts(context.asked.payload, "roles")
        if roles is None:
            msg = "roles"
            raise _unspecified(msg, "roles")
        with context.store.write() as work:
            users.flag(work, flag, roles)
        return list(roles)

    return run


def assign(context: Context) -> JSON:
    """Give roles to users."""
    found_users, roles = _both(context)
    with context.store.write() as work:
        users.assign(work, found_users, roles)
    return "OK"


def revoke(context: Context) -> JSON:
    """Take roles from users."""
    found_users, roles = _both(context)
    with context.store.write() as work:
        users.revoke(work, found_users, roles)
    return "OK"


def _both(context: Context) -> tuple[tuple[str, ...], tuple[str, ...]]:
    roles = load_texts(context.asked.payload, "roles")
    found = load_texts(context.asked.payload, "users")
    if not roles:
        msg = "roles"
        raise _unspecified(msg, "roles")
    if not found:
        msg = "users"
        raise _unspecified(msg, "users")
    return found, roles


def get(context: Context) -> JSON:
    """Return the roles of users; whose it is not may see their own only."""
    asked = load_texts(context.asked.payload, "users")
    if not asked:
        msg = "users"
        raise _unspecified(msg, "user IDs")
    caller = context.caller
    if caller.user_id is None and not caller.is_master:
        raise refuse(101, "User is required for this action, please login.")
    with context.store.read() as work:
        is_admin = caller.is_master or caller.roles & users.flagged(work, "is_admin")
        if not is_admin and list(asked) != [caller.user_id]:
            raise refuse(102, "no permission to get other users' roles")
        found = users.roles_of(work, asked)
    return {user: list(roles) for user, roles in found.items()}


def _unspecified(argument: str, what: str) -> Exception:
    return refuse(108, f"unspecified {what} in request", arguments=[argument])


ACTIONS = {
    "role:default": Action(_SCHEMA, _setter("by_default")),
    "role:admin": Action(_SCHEMA, _setter("is_admin")),
    "role:assign": Action((*_USER, chains.admin), assign),
    "role:revoke": Action((*_USER, chains.admin), revoke),
    "role:get": Action(_USER, get),
}
