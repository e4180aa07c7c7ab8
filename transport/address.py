"""Addresses: names to numbers, within a time limit."""

from __future__ import annotations

import queue
import socket
import threading
from typing import TYPE_CHECKING, NamedTuple

from skysyn.errors import ConnectError

if TYPE_CHECKING:
    from .call import Call


class Address(NamedTuple):
    """One address of a host: what `socket.socket` and `connect` take."""

    family: socket.AddressFamily
    host: str
    port: int


def resolve(host: str, port: int, call: Call) -> list[Address]:
    """Return the addresses of *host*, in the order to try them.

    Raises:
        ConnectError: the name is unknown.
        TimeoutError: the resolver took longer than *call* may.
    """
    for family in (socket.AF_INET, socket.AF_INET6):
        try:
            socket.inet_pton(family, host)
        except (OSError, ValueError):
            continue
        return [Address(family, host, port)]
    found = _ask(host, port, call.next_wait())
    if isinstance(found, list):
        return found
    msg = f"the name {host!r} is not known: {found}"
    raise ConnectError(msg, maybe_sent=False) from found


def _ask(host: str, port: int, wait: float | None) -> list[Address] | Exception:
    """Ask the system's resolver, which has no time limit, in a thread of its own."""
    answers: queue.SimpleQueue[list[Address] | Exception] = queue.SimpleQueue()

    def look_up() -> None:
        try:
            rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            answers.put([Address(row[0], str(row[4][0]), port) for row in rows])
        except (OSError, ValueError) as exc:
            answers.put(exc)

    threading.Thread(target=look_up, name="skysyn-names", daemon=True).start()
    try:
        return answers.get(timeout=wait)
    except queue.Empty:
        msg = f"the name {host!r} was not resolved in time"
        raise TimeoutError(msg) from None
