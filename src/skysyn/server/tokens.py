"""Tokens: what proves to the server who is logged in, and where that is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import attrs

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from .store import Work
    from .store.foresight import Lookup
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

    def lookups(self, given: str, /) -> list[Lookup]:
        """Return how `find()` and who wants its user look into the database."""
        ...

    def forget(self, work: Work, given: str, /) -> None:
        """End the session of a token."""

    def end(self, work: Work, user_id: str, before: datetime, /) -> None:
        """End the sessions of a user that began before then."""

    def keep(self) -> Mapping[str, bytes]:
        """Return what `put()` goes back to, besides what is in the database."""
        ...

    def put(self, kept: Mapping[str, bytes], /) -> None:
        """Go back to what was kept, when the database is what it was then.

        Sessions that began since then end.
        """

    def close(self) -> None:
        """Close what sessions are kept in."""
