"""Inheriting: the settings that jobs have from their queue and workspace."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import attrs

from .tables import setting
from .trying import NAMES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .work import Row, Work

_WORKSPACE = ""


@attrs.frozen
class Inheriting:
    """Settings by what they are of, read at once for all jobs."""

    _known: Mapping[str, Mapping[str, str]]

    @classmethod
    def read(cls, work: Work) -> Inheriting:
        """Return what matters for jobs that move."""
        known = defaultdict[str, dict[str, str]](dict)
        for row in work.rows(setting, setting.c.name.in_(NAMES)):
            known[str(row["entity"])][str(row["name"])] = str(row["value"])
        return cls(known)

    def of(self, job: Row) -> Mapping[str, str]:
        """Return the settings of a job; what is nearer to it comes first."""
        scopes = (_WORKSPACE, job["queue"], job["parent"], job["id"])
        found: dict[str, str] = {}
        for scope in scopes:
            found |= self._known.get(str(scope or _WORKSPACE), {})
        return found
