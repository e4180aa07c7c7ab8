"""Recipients: who takes part in deliveries, requests and streams."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from skysyn.dialects.accsyn.refusals import denied, invalid, unknown
from skysyn.models import Answer

from . import journal, moving
from .finding import Finding
from .references import user_of
from .tables import SHARED_KINDS, USERS, recipient

if TYPE_CHECKING:
    from skysyn.models import JSON

    from .context import Context
    from .work import Row

_EMAIL = re.compile(r"[^\s@]+@[^\s@]+")


def shared_job(context: Context, key: str | None, what: str) -> Row:
    """Return the delivery, request or stream with this id.

    Raises:
        RemoteError: there is none that the caller sees.
    """
    found = Finding.of(context, "job").get(key or "")
    if found is None and not context.caller.is_admin:
        raise denied(what)
    if found is None or found["_archived"] or found["_kind"] not in SHARED_KINDS:
        msg = f"delivery, request or stream {key!s:.80}"
        raise unknown(msg)
    return found


def listed(context: Context, key: str | None) -> Answer:
    """Return who takes part in a job."""
    job = shared_job(context, key, "recipients read")
    rows = context.work.rows(recipient, recipient.c.job == job["id"])
    return Answer([_shown(context, row) for row in rows])


def _shown(context: Context, row: Row) -> dict[str, JSON]:
    user = context.work.get(USERS.table, str(row["user"]))
    name = str(row["user"]) if user is None else str(user["code"])
    key = None if user is None else str(user["id"])
    return {"actioned": bool(row["actioned"]), "user": key, "user_hr": name}


def invite(context: Context, key: str | None, who: str, *, may_invite: bool) -> Answer:
    """Let somebody take part; say what became of it once the job is submitted."""
    job = _changeable(context, key)
    row = add(context, job, who, invite=may_invite)
    moving.begin(context, str(job["id"]))
    journal.note(context, str(job["_kind"]), str(job["id"]), f"recipient {who}")
    return Answer(True) if job["status"] == "init" else Answer(_shown(context, row))


def _changeable(context: Context, key: str | None) -> Row:
    job = shared_job(context, key, "recipient write")
    if context.caller.is_standard:
        what = "recipient write"
        raise denied(what)
    return job


def add(context: Context, job: Row, who: str, *, invite: bool) -> Row:
    """Note that somebody takes part in a job."""
    user = user_of(context.work, who)
    email = who.strip().lower()
    if user is None and not (invite and _EMAIL.fullmatch(email)):
        msg = f"user {who:.80}"
        raise unknown(msg)
    row = {
        "job": job["id"],
        "user": email if user is None else user["id"],
        "actioned": False,
    }
    column = recipient.c
    same = column.job == row["job"], column.user == row["user"]
    known = context.work.one(recipient, *same)
    if known is None:
        context.work.insert(recipient, row)
    return known or row


def dismiss(context: Context, key: str | None, who: str) -> Answer:
    """Let somebody take part no longer; return whether they did."""
    job = _changeable(context, key)
    user = user_of(context.work, who)
    name = who.strip().lower() if user is None else str(user["id"])
    column = recipient.c
    mine = column.job == job["id"], column.user == name
    return Answer(context.work.delete(recipient, *mine) > 0)


def named(data: JSON) -> str:
    """Return who the data of an event mean.

    Raises:
        InvalidRequest: they mean nobody.
    """
    found = data.get("recipient") if isinstance(data, dict) else None
    if isinstance(found, str) and found.strip():
        return found
    msg = "recipient: an id or an email is wanted"
    raise invalid(msg)
