"""An honest server: it answers what it was asked."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from .answers import reply
from .peer import Line, Peer

if TYPE_CHECKING:
    import ssl


def echo_peer(
    name: str = "", tls: ssl.SSLContext | None = None, host: str = "127.0.0.1"
) -> Peer:
    """Return a server that answers its name with what it received."""

    def handle(line: Line) -> None:
        while True:
            head, _, body = line.read_request().partition(b"\r\n\r\n")
            answer = {"name": name, "head": head.decode(), "body": body.decode()}
            line.send(reply(json.dumps(answer).encode()))

    return Peer(handle, tls=tls, host=host)
