"""Granting: who may read and write which share."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import attrs

from skysyn.dialects.accsyn.refusals import denied, invalid, unknown
from skysyn.models import And, Compare, In, Path

from . import journal, shares
from .finding import Finding
from .given import Given
from .references import look_up, user_of
from .tables import ACLS, SHARES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from skysyn.models import JSON, Predicate, Rows, Select

    from .context import Context
    from .work import Row

_EMAIL = re.compile(r"[^\s@]+@[^\s@]+")
_ALLOWED = (
    *("entity", "target", "invite", "read", "write", "notify", "message", "path"),
    "description",
)


def grant(context: Context, data: Mapping[str, JSON]) -> str:
    """Let somebody use a share, and return the id of the entry.

    An entry for the same path of the same share is changed, not doubled.
    """
    given = Given(context, "acl", data)
    given.refuse_others(_ALLOWED)
    share = _share(context, given)
    entity = _entity(context, given)
    rights, path = _rights(given), _path(given)
    fresh = {**shares.entry(context, entity, share), **rights, "path": path}
    fresh["description"] = given.text("description") or ""
    key = _known(context, fresh)
    if key is None:
        key = str(fresh["id"])
        context.work.insert(ACLS.table, fresh)
    else:
        context.work.change(ACLS.table, key, rights)
    journal.note(context, "acl", key, f"granted {entity} {fresh['target']}")
    return key


def _rights(given: Given) -> dict[str, bool]:
    rights = {name: bool(given.flag(name)) for name in ("read", "write")}
    if not any(rights.values()):
        msg = "acl: it allows to read, to write, or both"
        raise invalid(msg)
    return rights


def _path(given: Given) -> str:
    path = "/" + (given.text("path") or "").replace("\\", "/").strip("/")
    if ".." in path.split("/"):
        msg = "acl.path: it leaves the share"
        raise invalid(msg)
    return path


def _known(context: Context, entry: Mapping[str, object]) -> str | None:
    """Return the id of the entry that is about the same as *entry*."""
    column = ACLS.table.c
    same = [column[name] == entry[name] for name in ("entity", "target", "path")]
    found = context.work.one(ACLS.table, *same)
    return None if found is None else str(found["id"])


def _share(context: Context, given: Given) -> Row:
    text = (given.text("target") or "").removeprefix("share:")
    found = look_up(context.work, SHARES, text)
    caller = context.caller
    if caller.is_standard:
        what = "acl create"
        raise denied(what)
    if found is None:
        msg = f"share {text:.80}"
        raise unknown(msg)
    is_theirs = found["_kind"] != "volume" and Finding.of(context, "share").is_writable(
        str(found["id"])
    )
    if not (caller.is_admin or is_theirs):
        what = f"share {text:.80} grant"
        raise denied(what)
    return found


def _entity(context: Context, given: Given) -> str:
    """Return who is meant; who is not known yet is called by the email."""
    text = (given.text("entity") or "").removeprefix("user:").lower()
    user = user_of(context.work, text)
    if user is not None:
        return f"user:{user['id']}"
    if given.flag("invite") is False or not _EMAIL.fullmatch(text):
        msg = f"user {text:.80}"
        raise unknown(msg)
    return f"user:{text}"


def find(context: Context, asked: Select) -> Rows:
    """Return who may use what; `recursive` includes the shares below."""
    if asked.options.get("recursive") is True and asked.where is not None:
        asked = attrs.evolve(asked, where=_widened(context, asked.where))
    return Finding.of(context, "acl").find(asked)


def _widened(context: Context, predicate: Predicate) -> Predicate:
    """Let a condition on a share hold for the shares below it too."""
    match predicate:
        case And(operands=operands):
            return And(tuple(_widened(context, operand) for operand in operands))
        case Compare(op="eq", left=Path(names=("target",)) as path, right=str(text)):
            key = text.removeprefix("share:")
            table = SHARES.table
            below = context.work.rows(table, table.c.parent == key)
            return In(path, (text, *(f"share:{row['id']}" for row in below)))
        case _:
            return predicate
