"""Roles: who may see and change what (protocol §10)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, FromClause, and_, false, func, or_, select, true

from .tables import (
    ACLS,
    ARCHIVED,
    JOBS,
    SHARED_KINDS,
    SHARES,
    Family,
    recipient,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from .context import Context

Condition = ColumnElement[bool]


def visible(context: Context, family: Family, table: FromClause) -> Condition:
    """Return the condition that the caller may see a row of *table*."""
    if context.caller.is_admin:
        return true()
    rule = _RULES.get(family.name)
    if rule is not None:
        return rule(context, table)
    return false() if context.caller.is_standard else true()


def reachable(context: Context, family: Family, table: FromClause) -> Condition:
    """Return the condition that the caller may see a row whose id they know.

    Who has the link of a public delivery has its id.
    """
    seen = visible(context, family, table)
    if family is not JOBS:
        return seen
    return or_(seen, and_(table.c.public.is_(True), table.c[ARCHIVED].is_(False)))


def writable(context: Context, family: Family, table: FromClause) -> Condition:
    """Return the condition that the caller may change a row of *table*."""
    caller = context.caller
    if caller.is_admin:
        return true()
    match family.name:
        case "job":
            return and_(table.c["_kind"] != "queue", _jobs(context, table))
        case "share":
            return _writable_shares(context, table)
        case "acl":
            return false() if caller.is_standard else true()
        case "client":
            return and_(table.c["_kind"] != "server", _clients(context, table))
        case "user" | "task" | "file":
            return visible(context, family, table)
        case _:
            return false()


def _ids(context: Context, family: Family, rule: Any) -> Any:
    """Return the ids of a family's rows that *rule* lets the caller see."""
    other = family.table.alias()
    here = other.c["_workspace"] == context.work.workspace
    return select(other.c.id).where(here, rule(context, other))


def _users(context: Context, table: FromClause) -> Condition:
    me = table.c.id == context.caller.id
    if context.caller.is_standard:
        return me
    return or_(me, table.c.role == "standard")


def _jobs(context: Context, table: FromClause) -> Condition:
    caller = context.caller
    if caller.is_admin:
        return true()
    mine = or_(
        table.c.user == caller.id,
        table.c.source == caller.party,
        table.c.destination == caller.party,
        table.c.id.in_(_received(context)),
        table.c.parent.in_(_received(context)),
    )
    if caller.is_standard:
        return and_(table.c["_kind"] != "queue", mine)
    shared = table.c["_kind"].in_(SHARED_KINDS)
    return or_(~shared, mine) if not has_volume(context) else true()


def _received(context: Context) -> Any:
    """Return the ids of the jobs that the caller is a recipient of."""
    row = recipient.c
    return select(row.job).where(
        row["_workspace"] == context.work.workspace, row.user == context.caller.id
    )


def has_volume(context: Context) -> bool:
    """Whether the caller has access to any volume."""
    if context.caller.is_admin:
        return True
    volume = SHARES.table
    found = context.work.one(
        volume, volume.c["_kind"] == "volume", volume.c.id.in_(granted(context))
    )
    return found is not None


def granted(context: Context, *, to_write: bool = False) -> Any:
    """Return the ids of the shares that the caller has access to, or may write to."""
    acl = ACLS.table.alias()
    enough = acl.c.write.is_(True) if to_write else true()
    return select(func.substr(acl.c.target, len("share:") + 1)).where(
        acl.c["_workspace"] == context.work.workspace,
        acl.c.entity == context.caller.party,
        acl.c[ARCHIVED].is_(False),
        enough,
    )


def _shares(context: Context, table: FromClause) -> Condition:
    caller = context.caller
    if caller.is_admin:
        return true()
    kind, given = table.c["_kind"], table.c.id.in_(granted(context))
    own = and_(kind == "home", table.c.user == caller.id)
    if caller.is_standard:
        return or_(own, and_(kind != "volume", given))
    return or_(own, given, kind.in_(("folder", "collection")))


def _writable_shares(context: Context, table: FromClause) -> Condition:
    kind = table.c["_kind"]
    if not context.caller.is_standard:
        return and_(kind != "volume", _shares(context, table))
    given = granted(context, to_write=True)
    own = and_(kind == "home", table.c.user == context.caller.id)
    return or_(own, and_(kind != "volume", table.c.id.in_(given)))


def _clients(context: Context, table: FromClause) -> Condition:
    caller = context.caller
    if caller.is_admin:
        return true()
    if caller.is_standard:
        own = table.c.user == caller.id
        return and_(table.c["_kind"] != "server", own)
    return true()


def _tasks(context: Context, table: FromClause) -> Condition:
    found: Condition = table.c.job.in_(_ids(context, JOBS, _jobs))
    return found


def _files(context: Context, table: FromClause) -> Condition:
    found: Condition = table.c["_collection"].in_(_ids(context, SHARES, _shares))
    return found


def _acls(context: Context, table: FromClause) -> Condition:
    mine = table.c.entity == context.caller.party
    return mine if context.caller.is_standard else true()


_RULES: dict[str, Callable[[Context, FromClause], Condition]] = {
    "user": _users,
    "job": _jobs,
    "task": _tasks,
    "share": _shares,
    "file": _files,
    "acl": _acls,
    "client": _clients,
}
