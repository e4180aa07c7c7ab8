"""Lines without a network, which tests tell what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from skysyn.transport import Timeout


class FakeLine:
    """A connection that takes everything and confirms it."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.limits: list[Timeout] = []
        self.is_open = True

    def limit(self, timeout: Timeout) -> None:
        self.limits.append(timeout)

    def is_usable(self) -> bool:
        return self.is_open

    def send(self, *texts: str) -> None:
        self.sent += texts

    def wait_for_pong(self) -> list[str]:
        return []

    def close(self) -> None:
        self.is_open = False

    def drop(self) -> None:
        self.is_open = False


def opening(*lines: FakeLine) -> Callable[[], Any]:
    """Return what opens *lines*, one after the other."""
    return iter(lines).__next__
