"""Neighbours: what decides about time, jobs and files, handed to every request."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from .clock import Clock
    from .contracts import FileOperations, Life


@attrs.frozen
class Neighbours:
    """The clock, the life of jobs, and the operations on files."""

    clock: Clock
    life: Life
    files: FileOperations | None = None
