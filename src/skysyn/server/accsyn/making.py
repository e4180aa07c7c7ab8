"""Making: users, queues, sites and clients: entities that need nothing around them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from skysyn.dialects.accsyn.refusals import denied, invalid, taken

from . import journal, shares
from .given import Given
from .references import default_volume, look_up
from .tables import JOBS, SITES, USERS
from .work import new_id

if TYPE_CHECKING:
    from collections.abc import Mapping

    from skysyn.models import JSON

    from .context import Context

_CODE = re.compile(r"[A-Za-z0-9_.-]{1,32}")
_EMAIL = re.compile(r"[^\s@\"'<>()]+@[^\s@\"'<>()]+")


def fresh(context: Context, kind: str, given: Given) -> dict[str, object]:
    """Return what every new entity has."""
    metadata = given.stored("metadata") if "metadata" in given.data else {}
    return {
        "id": new_id(context.now),
        "_kind": kind,
        "_archived": False,
        "created": context.now,
        "creator": context.caller.code,
        "modified": context.now,
        "modifier": context.caller.code,
        "description": given.text("description") or "",
        "metadata": metadata.get("metadata") or {},
    }


def make_queue(context: Context, data: Mapping[str, JSON]) -> str:
    """Make a queue, and return its id."""
    given = Given(context, "queue", data)
    need_admin(context, "queue create")
    given.refuse_others(QUEUE)
    root = context.work.workspace
    row = {
        **fresh(context, "queue", given),
        **given.naming(),
        "priority": 500,
        "default": False,
        "compute_default": False,
        "status": "waiting",
        "uri": root,
        **given.stored("priority", "default", "compute_default", "status"),
    }
    context.work.insert(JOBS.table, row)
    keep_one_default(context, row)
    journal.note(context, "queue", str(row["id"]), "created")
    return str(row["id"])


QUEUE = (
    *("code", "name", "priority", "default", "compute_default", "status"),
    *("description", "metadata"),
)


def keep_one_default(context: Context, row: Mapping[str, object]) -> None:
    """Let a queue that became a default be the only one."""
    table = JOBS.table
    for name in ("default", "compute_default"):
        if row.get(name) is True:
            others = table.c.id != row["id"]
            context.work.update(
                table, {name: False}, table.c["_kind"] == "queue", others
            )


def make_site(context: Context, data: Mapping[str, JSON]) -> str:
    """Make a site, and return its id."""
    given = Given(context, "site", data)
    need_admin(context, "site create")
    given.refuse_others(SITE)
    names = given.naming()
    if not _CODE.fullmatch(str(names["code"])):
        msg = "site.code: letters, digits, `_`, `.` and `-`, at most 32 of them"
        raise invalid(msg)
    row = {
        **fresh(context, "site", given),
        **names,
        "main": False,
        "accsyn": False,
        "status": "enabled",
        **given.stored("status"),
    }
    context.work.insert(SITES.table, row)
    journal.note(context, "site", str(row["id"]), "created")
    return str(row["id"])


SITE = ("code", "name", "status", "description", "metadata")


def make_user(context: Context, data: Mapping[str, JSON]) -> str:
    """Invite a user, or bring one back, and return the id."""
    given = Given(context, "user", data)
    given.refuse_others(USER)
    code = (given.text("code") or given.text("name") or "").lower()
    if not _EMAIL.fullmatch(code):
        msg = f"user.code: {code!r:.80} is no email address"
        raise invalid(msg)
    role = given.stored("role").get("role") or "standard"
    if context.caller.is_standard or (role != "standard" and not _is_admin(context)):
        what = "user create"
        raise denied(what)
    known = look_up(context.work, USERS, code)
    key = _return(context, known, given) if known else _invite(context, code, given)
    _give(context, key, code, given)
    journal.note(context, "user", key, "invited")
    return key


USER = (
    *("code", "name", "role", "queue", "description", "metadata", "mail", "message"),
    *("create_home_share", "give_all_volumes_access", "give_default_volume_access"),
    "volumes",
)


def _is_admin(context: Context) -> bool:
    return context.caller.is_admin


def need_admin(context: Context, what: str) -> None:
    """Raise PermissionDenied unless the caller is an administrator."""
    if not context.caller.is_admin:
        raise denied(what)


def _return(context: Context, known: Mapping[str, object], given: Given) -> str:
    if not known["inactive"]:
        msg = f"user {known['code']} already exists"
        raise taken(msg)
    again = {"inactive": False, "status": "enabled", **given.stored("role", "queue")}
    context.work.change(USERS.table, str(known["id"]), again)
    return str(known["id"])


def _invite(context: Context, code: str, given: Given) -> str:
    row = {
        **fresh(context, "user", given),
        "code": code,
        "_key": code,
        # who was invited chooses a name when joining
        "name": given.text("name") or code,
        "role": "standard",
        "status": "enabled",
        "phase": "joining",
        "inactive": False,
        **given.stored("role", "queue"),
    }
    row["role"] = row["role"] or "standard"
    context.work.insert(USERS.table, row)
    shares.join(context, str(row["id"]), code)
    return str(row["id"])


def _give(context: Context, key: str, code: str, given: Given) -> None:
    """Give a new user what the invitation promises."""
    if given.flag("create_home_share"):
        shares.make(context, "home", {"user": code})
    wanted = given.texts("volumes")
    if given.flag("give_all_volumes_access"):
        wanted += shares.all_volumes(context)
    main = default_volume(context.work)
    if given.flag("give_default_volume_access") and main is not None:
        wanted.append(str(main["id"]))
    if wanted:
        need_admin(context, "volume grant")
    for volume in dict.fromkeys(wanted):
        shares.grant_all(context, key, volume)
