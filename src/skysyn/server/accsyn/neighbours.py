"""Neighbours: what decides about time and jobs, handed to every request."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from .clock import Clock
    from .contracts import Life


@attrs.frozen
class Neighbours:
    """The clock of the workspaces and the life of their jobs."""

    clock: Clock
    life: Life
