"""Sender: hands a notification to the service that reaches a device."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from skysyn.models import JSON
    from skysyn.server.store.devices import Device


class Gone(Exception):
    """The app is no longer on the device, *since* a time if that is known."""

    def __init__(self, why: str, since: datetime | None = None) -> None:
        super().__init__(why)
        self.since = since


class Busy(Exception):
    """The service cannot do it now; *after* that many seconds it may."""

    def __init__(self, why: str, after: float | None = None) -> None:
        super().__init__(why)
        self.after = after


class Refused(Exception):
    """The service will not do it, however often it is asked."""


class Sender(Protocol):
    """Reaches devices of one type; may be used from several threads."""

    def send(self, device: Device, content: Mapping[str, JSON]) -> None:
        """Hand *content* to the service of *device*.

        Raises:
            Gone: the device is to be forgotten.
            Busy: it is to be tried again.
            Refused: it is not.
        """

    def close(self) -> None:
        """End the connections."""
