"""Wire: a connected socket that one thread reads and any thread can wake."""

from __future__ import annotations

import selectors
import socket
import ssl
from typing import TYPE_CHECKING

from skysyn.errors import ConnectError, TimedOut

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .call import Call

PIECE = 65_536
# unlike epoll it needs no file of its own
_Selector = getattr(selectors, "PollSelector", selectors.DefaultSelector)


class Wire:
    """A socket to *url*; used by one thread at a time, except `wake()`."""

    def __init__(self, sock: socket.socket, url: str, call: Call) -> None:
        self.url = url
        self.call = call
        self._sock = sock
        self._waking, self._woken = socket.socketpair()
        self._waking.setblocking(False)
        self._selector: selectors.BaseSelector = _Selector()
        self._selector.register(sock, selectors.EVENT_READ)
        self._selector.register(self._woken, selectors.EVENT_READ)

    def wait(self, seconds: float | None) -> bool:
        """Whether there is something to read within *seconds*, or to wake up for."""
        if isinstance(self._sock, ssl.SSLSocket) and self._sock.pending():
            return True
        if seconds is not None and seconds < 0:
            return False
        return bool(self._selector.select(seconds))

    def wait_in_call(self) -> bool:
        """Whether there is something to read before a limit of the call passes."""
        try:
            return self.wait(self.call.next_wait())
        except TimeoutError:
            # it has passed already
            return False

    def is_woken(self) -> bool:
        """Whether `wake()` was called since this was asked last."""
        if all(key.fileobj is not self._woken for key, _ in self._selector.select(0)):
            return False
        self._woken.recv(PIECE)
        return True

    def wake(self) -> None:
        """End the `wait()` of another thread."""
        try:
            self._waking.send(b"\0")
        except OSError:
            # it is woken already, or closed
            return

    def read(self) -> bytes:
        """Return what has come; nothing at the end.

        Raises:
            ConnectError, TimedOut: nothing will come.
        """
        try:
            return self._sock.recv(PIECE)
        except TimeoutError as error:
            raise self.late() from error
        except OSError as error:
            raise self.ended() from error

    def send(self, pieces: Iterable[bytes]) -> None:
        """Send all *pieces*.

        Raises:
            ConnectError, TimedOut: they may not have arrived.
        """
        for piece in pieces:
            try:
                self._sock.sendall(piece)
            except TimeoutError as error:
                raise self.late() from error
            except OSError as error:
                raise self.ended() from error

    def close(self) -> None:
        """End the connection at once."""
        self._selector.close()
        for end in (self._sock, self._waking, self._woken):
            end.close()

    def late(self) -> TimedOut:
        """Return the error that says that the other side is silent."""
        msg = f"{self.url} does not answer"
        return TimedOut(msg, url=self.url)

    def ended(self, why: str | None = None) -> ConnectError:
        """Return the error that says that the connection has ended."""
        reason = f": {why}" if why else ""
        msg = f"the connection to {self.url} has ended{reason}"
        return ConnectError(msg, url=self.url)
