"""Moving: lets time pass for jobs before somebody looks at them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .context import Context
    from .tables import Family


def advance_for(context: Context, family: Family, key: str | None = None) -> None:
    """Note what time has done to the jobs that a request is about to look at."""
    del context, family, key
