"""Hubs: the two that a server has, one for the app and one for its notices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .hub import Hub
from .relay import NoRelay

if TYPE_CHECKING:
    from .relay import Relay
    from .settings import Settings


class Hubs:
    """The hubs of a server: *app* for its clients, *notices* for subscriptions."""

    def __init__(self, relay: Relay | None = None, *, takes_null: bool = True) -> None:
        self._relay = relay or NoRelay()
        self.app = Hub("app", self._relay, takes_null=takes_null)
        self.notices = Hub("notices", self._relay, takes_null=takes_null)

    def clear(self) -> None:
        """Let nobody listen any more."""
        self.app.clear()
        self.notices.clear()

    def close(self) -> None:
        """Carry nothing more to other processes."""
        self._relay.close()


def open_hubs(settings: Settings) -> Hubs:
    """Return the hubs that *settings* ask for.

    Raises:
        DeclarationError: *settings* name something that hubs cannot go through.
        StateError: it cannot be reached.
    """
    takes_null = not settings.strict_compat
    if settings.pubsub is None:
        return Hubs(takes_null=takes_null)
    # not at the top: a server without it should not need Redis' package
    from .redis_relay import RedisRelay  # noqa: PLC0415  # only when it is wanted

    relay = RedisRelay(settings.pubsub, settings.app)
    return Hubs(relay, takes_null=takes_null)
