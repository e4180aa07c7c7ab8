"""ACLs as Skygear writes them: a list of entries, or null for no list at all."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from skysyn.errors import ConversionError
from skysyn.models import (
    ACL,
    JSON,
    Grant,
    PublicGrant,
    RelationGrant,
    RoleGrant,
    UserGrant,
)

_PUBLIC = {"read": PublicGrant("read"), "write": PublicGrant("write")}


class Entry(msgspec.Struct, gc=False):
    """One access control entry; keys it does not know are ignored."""

    level: Literal["read", "write"]
    public: bool = False
    role: str | None = None
    user_id: str | None = None
    relation: str | None = None


def dump(acl: ACL | None) -> JSON:
    """Return *acl* as its list of entries; None stays null."""
    return None if acl is None else [_entry(grant) for grant in acl]


def _entry(grant: Grant) -> dict[str, JSON]:
    match grant:
        case PublicGrant():
            return {"public": True, "level": grant.level}
        case RoleGrant():
            return {"role": grant.role, "level": grant.level}
        case UserGrant():
            return {"user_id": grant.user_id, "level": grant.level}
        case RelationGrant(user_id=None):
            return {"relation": grant.relation, "level": grant.level}
        case RelationGrant():
            return {
                "relation": grant.relation,
                "user_id": grant.user_id,
                "level": grant.level,
            }


def lift(entries: list[Entry]) -> ACL:
    """Return the ACL of decoded entries; those that grant nothing are left out."""
    grants = [_grant(entry) for entry in entries]
    return ACL(tuple([grant for grant in grants if grant is not None]))


def load(entries: Any) -> ACL | None:
    """Return the ACL of *entries* as JSON.

    Raises:
        ConversionError: they are no list of access control entries.
    """
    if entries is None:
        return None
    try:
        return lift(msgspec.convert(entries, list[Entry]))
    except msgspec.ValidationError as error:
        msg = f"not an access control list: {error}"
        raise ConversionError(msg, value=entries) from error


def _grant(entry: Entry) -> Grant | None:
    if entry.public and entry.user_id is entry.role is entry.relation is None:
        return _PUBLIC[entry.level]
    if entry.relation is not None:
        return RelationGrant(entry.relation, entry.level, entry.user_id)
    if entry.user_id is not None:
        return UserGrant(entry.user_id, entry.level)
    if entry.role is not None:
        return RoleGrant(entry.role, entry.level)
    return _PUBLIC[entry.level] if entry.public else None
