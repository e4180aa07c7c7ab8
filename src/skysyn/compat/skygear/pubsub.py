"""Publishing to those who listen to a channel."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

from skysyn import Skygear
from skysyn.session.lines import open_line
from skysyn.session.publisher import Publisher
from skysyn.transport import open_transport

from .options import options

if TYPE_CHECKING:
    from collections.abc import Iterable


class Hub:
    """Where messages are published: *end_point* is a URL such as `ws://host/pubsub`."""

    def __init__(
        self, end_point: str | None = None, api_key: str | None = None
    ) -> None:
        self.transport = "websocket"
        self.end_point = end_point or _default_url()
        self.api_key = api_key or options.apikey

    def publish(self, channels: str | Iterable[str], data: Any) -> None:
        """Send *data* to all who listen to *channels*.

        Raises:
            TransportError: it may not have arrived.
        """
        parts = urlsplit(self.end_point)
        scheme = parts.scheme.replace("ws", "http", 1)
        dialect = Skygear(
            urlunsplit((scheme, parts.netloc, "", "", "")), api_key=self.api_key
        )
        names = [channels] if isinstance(channels, str) else list(channels)
        # who sets the URL of cloud code knows the network that it is in
        with open_transport(allow_plaintext=parts.hostname or "") as transport:
            line = Publisher(partial(open_line, dialect, transport, parts.path))
            try:
                for name in names:
                    line.publish(name, data)
            finally:
                line.close()


def get_hub() -> Hub:
    """Return the hub of the app that runs now."""
    return Hub()


def publish(channel: str | Iterable[str], data: Any) -> None:
    """Send *data* to all who listen to *channel*."""
    get_hub().publish(channel, data)


def _default_url() -> str:
    if options.pubsub_url:
        return str(options.pubsub_url)
    parts = urlsplit(str(options.skygear_endpoint))
    scheme = "wss" if parts.scheme == "https" else "ws"
    return urlunsplit((scheme, str(parts.netloc), "/pubsub", "", ""))
