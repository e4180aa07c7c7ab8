"""Shares: volumes, folders, homes and collections, and their first access."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from skysyn.dialects.accsyn.refusals import denied, invalid, taken, unknown
from skysyn.errors import RemoteError

from . import collecting, journal, making
from .given import Given
from .references import default_volume, look_up, user_of
from .tables import ACLS, ARCHIVED, CLIENTS, SHARES, assignment, recipient
from .work import members, new_id

if TYPE_CHECKING:
    from collections.abc import Mapping

    from skysyn.models import JSON

    from .context import Context
    from .work import Row

_COMMON = ("code", "name", "description", "email", "queue", "metadata", "status")
ALLOWED: dict[str, tuple[str, ...]] = {
    "volume": (*_COMMON, "paths", "path", "server", "siteservers", "default"),
    "folder": (*_COMMON, "path", "parent"),
    "home": (*_COMMON, "path", "parent", "user"),
    "collection": (*_COMMON, "files"),
}
"""What may be given when a share is made."""


def make(context: Context, kind: str, data: Mapping[str, JSON]) -> str:
    """Make a share, and return its id."""
    given = Given(context, kind, data)
    given.refuse_others(ALLOWED[kind])
    _need_right(context, kind)
    row: dict[str, object] = {
        **making.fresh(context, kind, given),
        "status": "enabled",
        "email": given.text("email") or "",
        "inactive": False,
        **given.stored("queue", "status"),
    }
    row |= _place(context, kind, given)
    context.work.insert(SHARES.table, row)
    _equip(context, kind, row, given)
    journal.note(context, kind, str(row["id"]), "created")
    return str(row["id"])


def _place(context: Context, kind: str, given: Given) -> dict[str, object]:
    """Return what a share is called and where it is."""
    match kind:
        case "volume":
            return given.naming() | _volume(context, given)
        case "home":
            return _home(context, given)
        case "folder":
            naming = given.naming()
            return naming | _below(context, given, str(naming["code"]))
        case _:
            return given.naming()


def _need_right(context: Context, kind: str) -> None:
    caller = context.caller
    if caller.is_standard or (kind in {"volume", "home"} and not caller.is_admin):
        what = f"{kind} create"
        raise denied(what)


def _volume(context: Context, given: Given) -> dict[str, object]:
    paths = members(given.stored("paths").get("paths"))
    path = given.text("path") or paths.get("linux")
    first = default_volume(context.work) is None
    is_default = given.flag("default") or first
    if is_default and not first:
        table = SHARES.table
        context.work.update(table, {"default": False}, table.c["_kind"] == "volume")
    return {
        "type": "volume",
        "licensed": True,
        "default": is_default,
        "path": path,
        "paths": dict(paths),
    }


def _home(context: Context, given: Given) -> dict[str, object]:
    who = user_of(context.work, given.text("user") or "")
    if who is None:
        msg = f"user {given.text('user')!s:.80}"
        raise unknown(msg)
    table = SHARES.table
    same = table.c.user == who["id"], table.c[ARCHIVED].is_(False)
    if context.work.one(table, *same) is not None:
        msg = f"home of {who['code']} already exists"
        raise taken(msg)
    code = given.text("code") or str(who["code"])
    return {
        "user": who["id"],
        "code": code,
        "name": given.text("name") or code,
        "_key": code.lower(),
        **_below(context, given, f"home/{who['code']}"),
    }


def _below(context: Context, given: Given, path: str) -> dict[str, object]:
    """Return where on a volume a share is."""
    named = given.text("parent")
    volume = (
        default_volume(context.work)
        if named is None
        else look_up(context.work, SHARES, named.removeprefix("share:"))
    )
    if volume is None or volume["_kind"] != "volume":
        msg = f"volume {named or '(default)':.80}"
        raise unknown(msg)
    found = (given.text("path") or path).replace("\\", "/").strip("/")
    if ".." in found.split("/"):
        msg = f"{given.kind}.path: it leaves the volume"
        raise invalid(msg)
    return {"parent": volume["id"], "path": found}


def _equip(
    context: Context, kind: str, row: Mapping[str, object], given: Given
) -> None:
    key = str(row["id"])
    if kind in {"folder", "home"}:
        volume = context.work.get(SHARES.table, str(row["parent"]))
        # one whose folder cannot be made is as one whose disk is away
        with suppress(RemoteError):
            context.files.found(str((volume or row)["code"]), str(row["path"]))
    if kind == "collection" and given.data.get("files"):
        collecting.add(context, key, given.texts("files"))
    if kind == "volume":
        server = given.text("server")
        if server is not None:
            assign(context, key, server, is_main=True)
        for client in given.texts("siteservers"):
            assign(context, key, client, is_main=False)


def assign(context: Context, share: str, client: str, *, is_main: bool) -> None:
    """Let a server serve a volume."""
    found = context.work.get(CLIENTS.table, client.removeprefix("client:"))
    if found is None or found["_kind"] != "server":
        msg = f"server {client:.80}"
        raise unknown(msg)
    row = assignment.c
    context.work.delete(assignment, row.share == share, row.client == found["id"])
    made = {"share": share, "client": found["id"], "main": is_main}
    context.work.insert(assignment, made)


def all_volumes(context: Context) -> list[str]:
    """Return the ids of all volumes."""
    table = SHARES.table
    alive = table.c["_kind"] == "volume", table.c[ARCHIVED].is_(False)
    return [str(row["id"]) for row in context.work.rows(table, *alive)]


def grant_all(context: Context, user: str, volume: str) -> None:
    """Give a user full access to a volume."""
    share = look_up(context.work, SHARES, volume)
    if share is None:
        msg = f"volume {volume:.80}"
        raise unknown(msg)
    context.work.insert(ACLS.table, entry(context, f"user:{user}", share))


def entry(context: Context, entity: str, share: Row) -> dict[str, object]:
    """Return a new entry of access to a share, which allows everything."""
    return {
        "id": new_id(context.now),
        "_kind": "acl",
        "_archived": False,
        "entity": entity,
        "target": f"share:{share['id']}",
        "path": "/",
        "read": True,
        "write": True,
        "role": "standard",
        "acknowledged": False,
        "status": "enabled",
        "description": "",
        "created": context.now,
        "creator": context.caller.code,
    }


def join(context: Context, user: str, code: str) -> None:
    """Let a new user have what was given to the email before."""
    work, acl = context.work, ACLS.table
    work.update(acl, {"entity": f"user:{user}"}, acl.c.entity == f"user:{code}")
    work.update(recipient, {"user": user}, recipient.c.user == code)
