"""Access control of one record: who may read it and who may write it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

import msgspec

from skysyn.arguments import check_argument
from skysyn.errors import ConversionError

if TYPE_CHECKING:
    from collections.abc import Iterator

Level: TypeAlias = Literal["read", "write"]


class PublicGrant(msgspec.Struct, frozen=True, gc=False):
    """Grants to everyone, also without login (who still cannot write)."""

    level: Level


class RoleGrant(msgspec.Struct, frozen=True, gc=False):
    """Grants to users who hold *role*."""

    role: str
    level: Level


class UserGrant(msgspec.Struct, frozen=True, gc=False):
    """Grants to the one user with this *user_id* (the bare id)."""

    user_id: str
    level: Level


class RelationGrant(msgspec.Struct, frozen=True, gc=False):
    """Stored by the service but never evaluated: it grants nothing to anyone.

    *user_id* is set for the old form `{"relation": "$direct", "user_id": …}`.
    """

    relation: str
    level: Level
    user_id: str | None = None


Grant: TypeAlias = PublicGrant | RoleGrant | UserGrant | RelationGrant


class ACL(msgspec.Struct, frozen=True, gc=False):
    """The grants of one record; its owner may always read and write it.

    `ACL()` grants nothing: owner only. A record whose acl is None has no list at all:
    it follows the record type's default access, and where that is unset every user
    may read *and* write it. `write` includes `read`.

        ACL.public_read()
        ACL.owner_only().role("editor", "write").user("u-7", "read")
    """

    grants: tuple[Grant, ...] = ()

    @classmethod
    def owner_only(cls) -> ACL:
        """Return the empty list: nobody but the owner."""
        return cls()

    @classmethod
    def public_read(cls) -> ACL:
        """Return a list that lets everyone read."""
        return cls((PublicGrant("read"),))

    @classmethod
    def public_write(cls) -> ACL:
        """Return a list that lets everyone read and every user write."""
        return cls((PublicGrant("write"),))

    def public(self, level: Level) -> ACL:
        """Return this list with a grant to everyone added."""
        return self._with(PublicGrant(level))

    def role(self, role: str, level: Level) -> ACL:
        """Return this list with a grant to holders of *role* added."""
        return self._with(RoleGrant(role, level), role)

    def user(self, user_id: str, level: Level) -> ACL:
        """Return this list with a grant to one user added."""
        return self._with(UserGrant(user_id, level), user_id)

    def relation(self, relation: str, level: Level) -> ACL:
        """Return this list with a relation entry added; the service ignores it."""
        return self._with(RelationGrant(relation, level), relation)

    def check(self) -> None:
        """Raise ConversionError unless this holds grants."""
        for grant in self.grants:
            is_grant = isinstance(grant, get_args(Grant))
            if not is_grant:
                msg = f"{grant!r:.80} is no grant: write ACL().user(user_id, 'read')"
                raise ConversionError(msg, value=grant)

    def _with(self, grant: Grant, holder: object = "") -> ACL:
        takes = f"{grant!r:.80}: who holds it is told by an id or name"
        check_argument(holder, str, takes, ConversionError)
        if grant.level not in {"read", "write"}:
            msg = f"{grant.level!r} is no level of access: 'read' or 'write'"
            raise ConversionError(msg, value=grant.level)
        return ACL((*self.grants, grant))

    def __iter__(self) -> Iterator[Grant]:
        return iter(self.grants)

    def __len__(self) -> int:
        return len(self.grants)

    def __bool__(self) -> bool:
        """Whether anything is granted; compare with None for "no list at all"."""
        return bool(self.grants)
