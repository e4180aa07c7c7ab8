"""Removing: what is deleted, taken out of use, or brought back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import or_

from skysyn.dialects.accsyn.refusals import denied, invalid, taken, unknown

from . import accounts, journal, making, moving
from .editing import writable_row
from .references import default_queue, look_up
from .tables import (
    ACLS,
    CLIENTS,
    FILES,
    JOBS,
    SHARED_KINDS,
    SHARES,
    SITES,
    TASKS,
    USERS,
    Family,
    assignment,
    recipient,
    setting,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from .context import Context
    from .work import Row

_BUILT_IN = {"hq", "roaming", "accsyn"}
_OVER = ("done", "aborted")
_UNDER_WAY = ("init", "pending", "waiting", "running")
_INSTEAD = {
    "task": "write the status `excluded` instead",
    "file": "use collection/file/remove instead",
    "workspace": "use accsyn's web pages instead",
    "engine": "use accsyn's web pages instead",
}
ACTIVATED = ("user", "volume", "folder", "collection", "share")


def delete(context: Context, kind: str, key: str, *, by_force: bool = False) -> bool:
    """Delete an entity; it stays in the archive."""
    if kind in _INSTEAD:
        msg = f"{kind} cannot be deleted: {_INSTEAD[kind]}"
        raise invalid(msg)
    if kind == "acl":
        return revoke(context, key)
    found = writable_row(context, kind, key, "delete")
    actual = str(found["_kind"])
    rules: dict[str, Callable[[Context, Row, bool], None]] = {
        "user": _delete_user,
        "queue": _delete_queue,
        "site": _delete_site,
        "volume": _delete_volume,
    }
    family = _delete_client if actual in CLIENTS.kinds else _delete_share
    rule = rules.get(actual, _delete_job if actual in JOBS.kinds else family)
    rule(context, found, by_force)
    journal.note(context, actual, str(found["id"]), "deleted")
    return True


def revoke(context: Context, key: str | None) -> bool:
    """Delete an entry of access; return whether there was one."""
    if context.caller.is_standard:
        what = "acl delete"
        raise denied(what)
    table = ACLS.table
    found = context.work.get(table, key or "")
    if found is None:
        return False
    context.work.delete(table, table.c.id == found["id"])
    journal.note(context, "acl", str(found["id"]), "revoked")
    return True


def _archive(context: Context, family: Family, key: str) -> None:
    """Put an entity into the archive, where its code is free for another."""
    context.work.change(family.table, key, {"_archived": True, "_key": None})


def _delete_user(context: Context, found: Row, by_force: bool) -> None:
    del by_force
    key = str(found["id"])
    if key == context.caller.id:
        msg = "user: nobody deletes themselves"
        raise invalid(msg)
    table = JOBS.table
    active = table.c.user == key, table.c["_kind"] != "queue"
    for job in context.work.rows(table, *active, table.c.status.not_in(_OVER)):
        moving.order(context, str(job["id"]), "aborted")
    home = SHARES.table.c.user == key
    for share in context.work.rows(SHARES.table, home):
        _delete_share(context, share, True)
    acls = ACLS.table
    context.work.delete(acls, acls.c.entity == f"user:{key}")
    context.work.delete(recipient, recipient.c.user == key)
    accounts.close_sessions(context.work, key)
    _archive(context, USERS, key)


def _delete_queue(context: Context, found: Row, by_force: bool) -> None:
    del by_force
    if found["default"] or found["compute_default"]:
        msg = "queue: a default queue cannot be deleted"
        raise invalid(msg)
    other = default_queue(context.work)
    if other is None:
        msg = "queue: there is no default queue for its jobs"
        raise invalid(msg)
    table, key = JOBS.table, found["id"]
    uri = f"{other['uri']}/{other['name']}"
    place = {"queue": other["id"], "uri": uri}
    context.work.update(table, place, table.c.queue == key)
    context.work.update(table, {"parent": other["id"]}, table.c.parent == key)
    _archive(context, JOBS, str(key))


def _delete_job(context: Context, found: Row, by_force: bool) -> None:
    table, key = JOBS.table, str(found["id"])
    below = context.work.rows(
        table,
        table.c.parent == key,
        table.c.status.in_(_UNDER_WAY),
        table.c["_archived"].is_(False),
    )
    if below and found["_kind"] in SHARED_KINDS and not by_force:
        msg = f"{found['_kind']}: transfers of it are under way: delete it by force"
        raise invalid(msg)
    for job in [*below, found]:
        if job["status"] not in _OVER:
            moving.order(context, str(job["id"]), "aborted")
    for job in [*below, found]:
        tasks = TASKS.table
        context.work.update(tasks, {"_archived": True}, tasks.c.job == job["id"])
        _archive(context, JOBS, str(job["id"]))


def _delete_site(context: Context, found: Row, by_force: bool) -> None:
    del by_force
    clients = CLIENTS.table
    served = clients.c.site == found["id"], clients.c["_archived"].is_(False)
    if found["main"] or str(found["code"]) in _BUILT_IN:
        msg = "site: a built-in site cannot be deleted"
        raise invalid(msg)
    if context.work.one(clients, *served) is not None:
        msg = "site: servers are assigned to it"
        raise invalid(msg)
    _archive(context, SITES, str(found["id"]))


def _delete_volume(context: Context, found: Row, by_force: bool) -> None:
    if found["default"]:
        msg = "volume: the default volume cannot be deleted"
        raise invalid(msg)
    table = SHARES.table
    for share in context.work.rows(table, table.c.parent == found["id"]):
        _delete_share(context, share, by_force)
    context.work.delete(assignment, assignment.c.share == found["id"])
    _delete_share(context, found, by_force)


def _delete_share(context: Context, found: Row, by_force: bool) -> None:
    del by_force
    key = str(found["id"])
    context.work.delete(ACLS.table, ACLS.table.c.target == f"share:{key}")
    context.work.delete(FILES.table, FILES.table.c["_collection"] == key)
    context.work.delete(setting, setting.c.entity == key)
    _archive(context, SHARES, key)


def _delete_client(context: Context, found: Row, by_force: bool) -> None:
    del by_force
    if found["_kind"] == "lane":
        msg = "lane: use the setting client_compute_lanes of its server instead"
        raise invalid(msg)
    if found["status"] not in {"offline", "disabled-offline"}:
        msg = f"{found['_kind']}: only one that is offline can be deleted"
        raise invalid(msg)
    context.work.delete(assignment, assignment.c.client == found["id"])
    _archive(context, CLIENTS, str(found["id"]))


def deactivate(context: Context, kind: str, key: str | None) -> bool:
    """Take a user or share out of use."""
    _check_kind(kind)
    found = writable_row(context, kind, key or "", "deactivate")
    if found["_kind"] == "home":
        msg = "home: deactivate its user instead"
        raise invalid(msg)
    _check_idle(context, found)
    _set_inactive(context, found, is_inactive=True)
    journal.note(context, kind, str(found["id"]), "deactivated")
    return True


def _check_kind(kind: str) -> None:
    if kind not in ACTIVATED:
        msg = f"{kind} cannot be activated or deactivated"
        raise invalid(msg)


def _check_idle(context: Context, found: Row) -> None:
    if found["_kind"] == "volume" and found["default"]:
        msg = "volume: the default volume cannot be deactivated"
        raise invalid(msg)
    if found["_kind"] != "user":
        return
    if found["id"] == context.caller.id:
        msg = "user: nobody deactivates themselves"
        raise invalid(msg)
    table, party = JOBS.table, f"user:{found['id']}"
    involved = or_(
        table.c.user == found["id"],
        table.c.source == party,
        table.c.destination == party,
    )
    active = table.c.status.in_(_UNDER_WAY), table.c["_kind"] != "queue"
    if context.work.one(table, involved, *active, table.c["_archived"].is_(False)):
        msg = "user: jobs of theirs are already active: abort them before"
        raise taken(msg)


def _set_inactive(context: Context, found: Row, *, is_inactive: bool) -> None:
    work, key = context.work, str(found["id"])
    shares, acls = SHARES.table, ACLS.table
    if found["_kind"] == "user":
        work.change(USERS.table, key, {"inactive": is_inactive})
        accounts.close_sessions(work, key)
        work.update(shares, {"inactive": is_inactive}, shares.c.user == key)
        return
    below = [str(row["id"]) for row in work.rows(shares, shares.c.parent == key)]
    alike = [key, *below]
    work.update(shares, {"inactive": is_inactive}, shares.c.id.in_(alike))
    status = "disabled" if is_inactive else "enabled"
    targets = [f"share:{one}" for one in alike]
    work.update(acls, {"status": status}, acls.c.target.in_(targets))


def activate(context: Context, kind: str, key: str | None, code: str | None) -> bool:
    """Bring back a user or share, which its id or its bare code names."""
    _check_kind(kind)
    family = USERS if kind == "user" else SHARES
    found = look_up(context.work, family, key or code or "")
    if found is None or not context.caller.is_admin:
        making.need_admin(context, f"{kind} activate")
        msg = f"{kind} {key or code!s:.80}"
        raise unknown(msg)
    _set_inactive(context, found, is_inactive=False)
    journal.note(context, kind, str(found["id"]), "activated")
    return True
