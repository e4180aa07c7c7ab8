"""Lines without a network, which tests tell what to do."""

from __future__ import annotations

import json
from threading import Event
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


class Subscribed(FakeLine):
    """A connection that confirms subscriptions if it *is_confirming*.

    After that it fails with *then*, or says nothing until it is woken.
    """

    def __init__(
        self, then: Exception | None = None, *, is_confirming: bool = True
    ) -> None:
        super().__init__()
        self.is_waited_for = Event()
        self._woken = Event()
        self._then = then
        self._is_confirming = is_confirming
        self._heard = 0

    def wake(self) -> None:
        self._woken.set()

    def receive(self, seconds: float | None = None) -> list[str]:
        said = [json.loads(text) for text in self.sent[self._heard :]]
        self._heard = len(self.sent)
        if self._is_confirming and said:
            return [_echo(one) for one in said if one["action"] == "pub"]
        if self._then is not None:
            raise self._then
        self.is_waited_for.set()
        self._woken.wait(seconds)
        self._woken.clear()
        return []


def _echo(told: dict[str, object]) -> str:
    return json.dumps({"channel": told["channel"], "data": told["data"]})


def opening(*lines: FakeLine) -> Callable[[], Any]:
    """Return what opens *lines*, one after the other."""
    return iter(lines).__next__
