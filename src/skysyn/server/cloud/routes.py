"""Routes: which handler a path leads to, by the rules of Go's ServeMux (§20.6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from .registration import Handler


@attrs.frozen
class Found:
    """Where a path leads: to handlers by their methods, or to another path."""

    handlers: Mapping[str, Handler] = attrs.field(factory=dict[str, "Handler"])
    location: str | None = None


class Routes:
    """The paths of all handlers; the longest that fits wins."""

    def __init__(self, handlers: Iterable[Handler] = ()) -> None:
        self._paths: dict[str, dict[str, Handler]] = {}
        for handler in handlers:
            known = self._paths.setdefault(handler.path, {})
            known.update(dict.fromkeys(handler.methods, handler))
        folders = [path for path in self._paths if path.endswith("/")]
        self._folders = sorted(folders, key=len, reverse=True)

    def find(self, path: str) -> Found | None:
        """Return where *path* leads, None if to no handler."""
        if path in self._paths:
            return Found(self._paths[path])
        if f"{path}/" in self._paths:
            return Found(location=f"{path}/")
        for folder in self._folders:
            if path.startswith(folder):
                return Found(self._paths[folder])
        return None
