"""Recorder: keeps what was sent to devices, for tests and for a look."""

from __future__ import annotations

from collections import deque
from threading import Lock
from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from skysyn.models import JSON
    from skysyn.server.store.devices import Device

_KEPT = 1000


@attrs.frozen
class Sent:
    """One notification: to which device, what, and what became of it.

    *outcome* is `sent`, `kept` where there is no service for the device, `gone` if
    the device is forgotten now, or why it was not sent.
    """

    device: Device
    content: Mapping[str, JSON]
    outcome: str


class Recorder:
    """The last thousand notifications, oldest first."""

    def __init__(self, room: int = _KEPT) -> None:
        self._sent: deque[Sent] = deque(maxlen=room)
        self._lock = Lock()

    def keep(self, sent: Sent) -> None:
        """Note what was sent; the oldest is forgotten if that is too much."""
        with self._lock:
            self._sent.append(sent)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._sent.clear()

    def __iter__(self) -> Iterator[Sent]:
        with self._lock:
            return iter(tuple(self._sent))

    def __len__(self) -> int:
        return len(self._sent)
