"""Context: one request on its way: what it asks, who asks, and what it works with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from datetime import datetime

    from .contracts import FileOperations
    from .neighbours import Neighbours
    from .settings import AccsynSettings
    from .work import Work


@attrs.frozen
class Caller:
    """Who asks: a user of the workspace, by id, code and role."""

    id: str
    code: str
    role: str

    @property
    def is_admin(self) -> bool:
        """Whether the user may do everything."""
        return self.role == "admin"

    @property
    def is_standard(self) -> bool:
        """Whether the user sees only what they take part in."""
        return self.role not in {"admin", "employee"}

    @property
    def party(self) -> str:
        """The user as the end of a transfer or of access."""
        return f"user:{self.id}"


@attrs.frozen
class Context:
    """One request of *caller* within the transaction *work*."""

    work: Work
    caller: Caller
    settings: AccsynSettings
    neighbours: Neighbours
    files: FileOperations
    old_dates: bool = False
    is_old: bool = False
    api_key: str | None = attrs.field(default=None, repr=False)

    @property
    def now(self) -> datetime:
        """The moment that the request is answered at."""
        return self.work.now
