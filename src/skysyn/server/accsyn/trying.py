"""Trying: what a job's settings say about failing and about what is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from .clock import DAY, SECOND
from .work import members

if TYPE_CHECKING:
    from .clock import Instant
    from .contracts import Scene

NAMES = (
    "job_max_retries",
    "job_autoretray_delay_s",
    "job_on_missing",
    "transfer_speedlimit",
)
"""The settings that matter for a job while it moves."""

_MOST = 1000
_DELAY = 60.0


@attrs.frozen
class Trying:
    """How often a failed job is tried again by itself, and how long after."""

    most_retries: int = 0
    retry_after: Instant = int(_DELAY * SECOND)

    @classmethod
    def of(cls, scene: Scene) -> Trying:
        """Return what the settings of the scene's job say."""
        most = read_number(scene, "job_max_retries", 0)
        delay = read_number(scene, "job_autoretray_delay_s", _DELAY)
        if not 0 <= delay * SECOND <= 366 * DAY:
            delay = _DELAY
        return cls(int(min(most, _MOST)) if most > 0 else 0, int(delay * SECOND))


def ignores_missing(scene: Scene) -> bool:
    """Whether tasks whose source is missing are left out."""
    return _read(scene, "job_on_missing").strip().lower() == "ignore"


def read_number(scene: Scene, name: str, default: float) -> float:
    """Return a setting that is a number; *default* if it is none."""
    try:
        return float(_read(scene, name))
    except ValueError:
        return default


def _read(scene: Scene, name: str) -> str:
    found = members(scene.job.get("settings")).get(name)
    return scene.settings.get(name, "") if found is None else str(found)
