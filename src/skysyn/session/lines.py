"""Lines: WebSockets to a Skygear app."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skysyn.errors import ProtocolError
from skysyn.models import Call
from skysyn.transport import Response

if TYPE_CHECKING:
    from skysyn.dialects.skygear.dialect import Skygear
    from skysyn.transport import Transport, WebSocket


def open_line(dialect: Skygear, transport: Transport, path: str) -> WebSocket:
    """Return a WebSocket to *path* of the app.

    Raises:
        AuthenticationError: the app does not know the api key.
        ProtocolError: there is no WebSocket there.
        TransportError: no answer came.
    """
    request = dialect.websocket(path)
    found = transport.open_websocket(request)
    if not isinstance(found, Response):
        return found
    dialect.decode(Call("pubsub"), found)
    msg = f"{request.safe_url} answered {found.status} and opened no WebSocket"
    raise ProtocolError(msg, status=found.status)
