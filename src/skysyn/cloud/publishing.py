"""Publishing: messages from cloud code to those who listen to a channel."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

from skysyn.dialects.skygear.dialect import Skygear
from skysyn.session.lines import open_line
from skysyn.session.publisher import Publisher
from skysyn.transport import open_transport

from .context import current_options

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .configuration import Options


def publish(channel: str, data: object) -> None:
    """Send *data* to everybody who listens to *channel*.

    It is JSON, or an object of attrs, dataclasses or msgspec that becomes JSON. When
    this returns the server of the app that runs now has it.

    Raises:
        ConversionError: *data* cannot be written as JSON; nothing was sent.
        InvalidRequest: the server does not take it.
        TransportError: it may not have arrived, and is not sent again by itself.
    """
    options = current_options()
    publish_at(find_url(options), options.apikey, [channel], data)


def publish_at(
    url: str, api_key: str | None, channels: Iterable[str], data: object
) -> None:
    """Send *data* to all who listen to *channels* of the server at a WebSocket's *url*.

    Raises:
        TransportError: it may not have arrived.
    """
    parts = urlsplit(url)
    scheme = parts.scheme.replace("ws", "http", 1)
    endpoint = urlunsplit((scheme, parts.netloc, "", "", ""))
    dialect = Skygear(endpoint, api_key=api_key, access_token=None)
    # who sets the URL of cloud code knows the network that it is in
    with open_transport(allow_plaintext=parts.hostname or "") as transport:
        line = Publisher(partial(open_line, dialect, transport, parts.path))
        try:
            for channel in channels:
                line.publish(channel, data)
        finally:
            line.close()


def find_url(options: Options) -> str:
    """Return where messages are published: of the server, if nothing else is set."""
    if options.pubsub_url:
        return options.pubsub_url
    parts = urlsplit(options.skygear_endpoint)
    scheme = "wss" if parts.scheme == "https" else "ws"
    return urlunsplit((scheme, parts.netloc, "/pubsub", "", ""))
