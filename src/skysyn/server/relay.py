"""Relay: takes what is published to the server's other processes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

Deliver = Callable[[str, str], None]
"""Hands a message, by its channel, to who listens in this process."""


class Relay(Protocol):
    """Carries messages between the hubs of several processes."""

    def join(self, hub: str, deliver: Deliver) -> None:
        """Hand what other processes publish on *hub* to *deliver* from now on."""

    def send(self, hub: str, channel: str, text: str) -> None:
        """Hand a message to the other processes; return at once, from any thread."""

    def close(self) -> None:
        """Carry nothing more."""


class NoRelay:
    """The relay of a server that is one process."""

    def join(self, hub: str, deliver: Deliver) -> None:
        """Do nothing: nobody else publishes."""

    def send(self, hub: str, channel: str, text: str) -> None:
        """Do nothing: nobody else listens."""

    def close(self) -> None:
        """Do nothing: there is nothing to close."""
