"""Standing: where a caller stands in a share, and what is allowed from there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from skysyn.dialects.accsyn.refusals import denied

from .folders import everything
from .paths import join, split
from .walking import Ground

if TYPE_CHECKING:
    from pathlib import Path

    from skysyn.errors import PermissionDenied

    from .contracts import Spot
    from .listing import Sees
    from .paths import Names


_READ, _WRITE = "read", "write"


@attrs.frozen
class Standing:
    """A share's real *root*, the caller's *spot* in it, and the *names* from there."""

    root: Path
    spot: Spot
    names: Names

    def reading(self) -> tuple[Ground, Names, Sees]:
        """Return the ground and the names to read at, and what may be seen there.

        Raises:
            PermissionDenied: nothing may.
        """
        if self.spot.grants is None:
            return self._ground(()), self.names, everything
        granted = self._covering(writes=False)
        if granted is not None:
            return self._ground(granted), self.names[len(granted) :], everything
        if self._leads(self.names):
            return self._ground(()), self.names, self._leads_to
        raise self._refusal(_READ)

    def writing(self) -> tuple[Ground, Names]:
        """Return the ground and the names of what is to be changed.

        Raises:
            PermissionDenied: it may not, or it is the share's folder itself.
        """
        granted = () if self.spot.grants is None else self._covering(writes=True)
        if granted is None or len(self.names) <= len(granted):
            raise self._refusal(_WRITE)
        return self._ground(granted), self.names[len(granted) :]

    def _ground(self, granted: Names) -> Ground:
        return Ground(self.root, (*split(self.spot.folder), *granted))

    def _covering(self, *, writes: bool) -> Names | None:
        """Return the shortest path that the caller was granted above the names."""
        paths = [
            split(grant.path)
            for grant in self.spot.grants or ()
            if (grant.write if writes else grant.read)
        ]
        covering = [path for path in paths if self.names[: len(path)] == path]
        return min(covering, key=len, default=None)

    def _leads(self, names: Names) -> bool:
        grants = self.spot.grants or ()
        ways = [split(grant.path) for grant in grants if grant.read]
        return any(way[: len(names)] == names for way in ways)

    def _leads_to(self, names: Names) -> bool:
        granted = [split(grant.path) for grant in self.spot.grants or () if grant.read]
        is_inside = any(names[: len(path)] == path for path in granted)
        return is_inside or self._leads(names)

    def _refusal(self, what: str) -> PermissionDenied:
        path = join(self.names)
        return denied(f"share {self.spot.id} {what} /{path}")
