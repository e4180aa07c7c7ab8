"""Ports: free ones, for servers that must be told theirs before they start."""

from __future__ import annotations

import secrets
import socket
from contextlib import suppress

_FIRST, _COUNT = 15_000, 15_000


def free_port() -> int:
    """Return a port of this machine that nobody listens on.

    It is lower than those that systems give to connections: else one of them may take
    it before its server does, and who asks there too early may even reach itself.
    """
    while True:
        # not by `random`, which is seeded alike in each process of the tests
        port = _FIRST + secrets.randbelow(_COUNT)
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
