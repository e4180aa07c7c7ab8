"""Granting, listing and revoking access, as scripts call it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skysyn.dialects.accsyn import values
from skysyn.dialects.accsyn.catalog import check_known, find_model
from skysyn.dialects.accsyn.entities import Acl, AnyJob, Share, User
from skysyn.errors import QueryError
from skysyn.session.accsyn_access import Rights, find_by_code

from . import plain

if TYPE_CHECKING:
    from skysyn.models import JSON
    from skysyn.session.accsyn import AccsynSession

    from .plain import Given, Plain

JOBS = ("delivery", "request", "stream")
SHARES = ("volume", "folder", "home", "collection")


def grant(
    session: AccsynSession, ident: str, targettype: str, target: str, data: Given
) -> Plain:
    """Let a user take part in a job, or use a share."""
    invite = data.get("invite", True) is True
    values.check_text(ident, "ident")
    if targettype in JOBS:
        job = AnyJob.ref(values.check_id(target, "target"))
        return plain.load(session.access.add_recipient(ident, job, invite=invite))
    _expect(targettype, SHARES, "grant")
    share = Share.ref(_share(session, targettype, target))
    acl = session.access.grant(ident, share, _rights(data), invite=invite)
    return _shown(acl)


def _rights(data: Given) -> Rights:
    """Return what *data* allow: everything if they do not say."""
    known = {"read", "write", "path", "notify", "message", "invite"}
    if unknown := set(data) - known:
        msg = f"data: a grant has no {sorted(unknown)}, it has {sorted(known)}"
        raise QueryError(msg)
    full = not data
    return Rights(
        read=data.get("read", full) is True,
        write=data.get("write", full) is True,
        path=str(data.get("path", "/")),
        notify=data.get("notify", False) is True,
        message=str(data.get("message", "")),
    )


def _share(session: AccsynSession, targettype: str, target: str) -> str:
    ident = values.check_text(target, "target").lower()
    if values.is_id(ident):
        return ident
    found = find_by_code(session, find_model(targettype), ident)
    if found is None:
        msg = f"target: there is no {targettype} {target!r}"
        raise QueryError(msg)
    return found


def access(
    session: AccsynSession,
    targettype: str,
    targetid: str,
    user: str | None,
    *,
    recursive: bool,
) -> list[Plain]:
    """Return who takes part in a job, or may use a share."""
    key = values.check_id(targetid, "targetid")
    if targettype in JOBS:
        answer = session.event("GET", "job/recipients", {}, id=key)
        found = answer.result if isinstance(answer.result, list) else []
        return [plain.load(row) for row in found]
    _expect(targettype, (*SHARES, "share"), "access")
    acls = session.access.of_share(Share.ref(key), user=user, recursive=recursive)
    return [_summary(acl) for acl in acls]


def revoke(
    session: AccsynSession, ident: str, targettype: str, targetid: str
) -> bool | int:
    """Take a user out of a job, or all their access to a share; say how many."""
    values.check_text(ident, "ident")
    key = values.check_id(targetid, "targetid")
    if targettype in JOBS:
        return session.access.remove_recipient(ident, AnyJob.ref(key))
    _expect(targettype, (*SHARES, "share"), "revoke")
    return session.access.revoke(ident, Share.ref(key))


def check_user(entitytype: str) -> None:
    """Raise QueryError unless *entitytype* is `user`, in any case."""
    if check_known(entitytype) != User.__collection__:
        msg = f"entitytype: access is given to users, not to a {entitytype}"
        raise QueryError(msg)


def _expect(targettype: str, known: tuple[str, ...], verb: str) -> None:
    if targettype not in known:
        kinds = ", ".join((*JOBS, *known))
        msg = f"targettype: {verb} works on {kinds}, not on {targettype!r}"
        raise QueryError(msg)


def _summary(acl: Acl) -> Plain:
    return {
        "user": _without_type(acl.entity),
        "user_hr": acl.entity_hr,
        "share": _without_type(acl.target),
        "share_hr": acl.target_hr,
        "read": acl.read,
        "write": acl.write,
        "acknowledged": acl.acknowledged,
        "path": acl.path,
    }


def _without_type(party: str | None) -> str | None:
    return party and party.partition(":")[2]


def _shown(acl: Acl) -> Plain:
    shown: dict[str, JSON] = dict(acl.extra)
    fields = type(acl).__sky_fields__
    for name in fields:
        value = getattr(acl, name)
        if value is not None:
            shown[name] = values.dump(value)
    return plain.load(shown)
