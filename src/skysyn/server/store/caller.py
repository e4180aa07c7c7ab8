"""Caller and scope: who asks, and for which database."""

from __future__ import annotations

import attrs


@attrs.frozen
class Caller:
    """Who asks: a user with roles, anybody (no id), or the master."""

    user_id: str | None = None
    roles: frozenset[str] = frozenset()
    is_master: bool = False

    @property
    def name(self) -> str:
        """The user's id as it is stored with what they make."""
        return self.user_id or ""


@attrs.frozen
class Scope:
    """A database: everyone's (id ""), a user's, or all of them together."""

    id: str = ""
    is_union: bool = False

    @property
    def is_public(self) -> bool:
        """Whether this is everyone's database, where access control lists count."""
        return not self.id and not self.is_union
