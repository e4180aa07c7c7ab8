"""Tokens: what proves to the server who is logged in, and where that is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import attrs

if TYPE_CHECKING:
    from datetime import datetime

    from .store import Work
    from .store.users import User


@attrs.frozen
class Held:
    """What a valid token says: whose it is, since when, and the user if at hand."""

    user_id: str
    since: datetime
    user: User | None = None


class Tokens(Protocol):
    """The sessions of users; each has a token, which only its user knows."""

    def issue(self, work: Work, user_id: str, /) -> str:
        """Return the token of a new session."""
        ...

    def find(self, work: Work, given: str, /) -> Held | None:
        """Return what the token *given* says; None if it is not valid."""

    def forget(self, work: Work, given: str, /) -> None:
        """End the session of a token."""

    def close(self) -> None:
        """Close what sessions are kept in."""
