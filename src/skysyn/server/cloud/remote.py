"""Remote: cloud code in another process, in any language, by the plugin protocol."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs
import msgspec

from skysyn.errors import TransportError
from skysyn.transport import Request, Timeout

if TYPE_CHECKING:
    from collections.abc import Mapping

    from skysyn.models import JSON
    from skysyn.transport import Transport

    from .code import Connect, Opens

_replies = msgspec.json.Decoder(dict[str, Any])


def _transport(self: RemoteCode) -> Transport:
    # what it is made of takes long to load, and few servers have other processes
    from skysyn.transport import HTTPTransport  # noqa: PLC0415  # as said

    # the protocol has no login: the code is a part of the server, beside it
    host = self.url.partition("://")[2].partition("/")[0].rpartition(":")[0]
    return HTTPTransport(timeout=Timeout(read=None), allow_plaintext=host)


@attrs.frozen
class RemoteCode:
    """Cloud code that answers messages at *url*, as py-skygear with `--http` does."""

    url: str
    transport: Transport = attrs.field(
        default=attrs.Factory(_transport, takes_self=True)
    )

    def use(self, opens: Opens, /) -> None:
        """Leave *opens* alone: other processes have connections of their own."""

    def close(self) -> None:
        """Close the connections to the other process."""
        self.transport.close()

    def answer(
        self, message: Mapping[str, JSON], connection: Connect | None = None, /
    ) -> Mapping[str, JSON]:
        """Return the reply to *message*; what is no reply is an error."""
        del connection
        try:
            request = Request("POST", self.url, {}, msgspec.json.encode(message))
            reply: dict[str, JSON] = _replies.decode(self.transport.send(request).body)
        except TransportError as error:
            return _failed(f"the cloud code at {self.url} does not answer: {error}")
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            return _failed(f"Failed to parse plugin response: {error}")
        return reply


def _failed(message: str) -> dict[str, JSON]:
    return {"error": {"code": 10000, "message": message}}
