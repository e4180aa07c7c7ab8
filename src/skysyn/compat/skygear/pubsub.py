"""Publishing to those who listen to a channel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from skysyn import cloud
from skysyn.cloud.publishing import find_url, publish_at

from .options import options

if TYPE_CHECKING:
    from collections.abc import Iterable


class Hub:
    """Where messages are published: *end_point* is a URL such as `ws://host/pubsub`."""

    def __init__(
        self, end_point: str | None = None, api_key: str | None = None
    ) -> None:
        self.transport = "websocket"
        self.end_point = end_point or find_url(cloud.options)
        self.api_key = api_key or options.apikey

    def publish(self, channels: str | Iterable[str], data: Any) -> None:
        """Send *data* to all who listen to *channels*.

        Raises:
            TransportError: it may not have arrived.
        """
        names = [channels] if isinstance(channels, str) else list(channels)
        publish_at(self.end_point, self.api_key, names, data)


def get_hub() -> Hub:
    """Return the hub of the app that runs now."""
    return Hub()


def publish(channel: str | Iterable[str], data: Any) -> None:
    """Send *data* to all who listen to *channel*."""
    get_hub().publish(channel, data)
