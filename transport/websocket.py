"""WebSocket: a connection that texts travel on in both directions."""

from __future__ import annotations

import math
import time
from contextlib import suppress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from websockets.client import ClientProtocol
from websockets.exceptions import WebSocketException
from websockets.frames import Frame, Opcode
from websockets.http11 import Response as Handshake
from websockets.protocol import State
from websockets.uri import parse_uri

from skysyn.errors import BrokenAnswer, TransportError

from .messages import Response, Timeout

if TYPE_CHECKING:
    from .messages import Request
    from .wire import Wire

CLOSE_SECONDS = 1.0
LARGEST = 16 * 2**20
_DATA = (Opcode.TEXT, Opcode.BINARY, Opcode.CONT)


class WebSocket:
    """One connection; used by one thread at a time, except `wake()`.

    A server that says nothing for *idle* seconds is asked whether it is there, and
    given up after half as long again.
    """

    def __init__(self, wire: Wire, request: Request, idle: float = 20.0) -> None:
        self.wake = wire.wake
        self._wire = wire
        self._idle = idle
        self._pieces: list[bytes] = []
        self._texts: list[str] = []
        self._pongs = self._pings = 0
        self._heard = time.monotonic()
        self._path = urlsplit(request.url).path
        url = f"ws{request.url.removeprefix('http')}"
        self._protocol = ClientProtocol(parse_uri(url), max_size=LARGEST)

    def shake_hands(self, request: Request) -> Response | None:
        """Open the connection; return the answer of a server that refuses to."""
        handshake = self._protocol.connect()
        for name, value in request.headers.items():
            handshake.headers[name] = value
        self._protocol.send_request(handshake)
        self._flush()
        while self._protocol.state is State.CONNECTING:
            for event in self._read():
                if isinstance(event, Frame):
                    self._sort(event)
                elif event.status_code != 101:
                    headers = dict(event.headers.raw_items())
                    body = bytes(event.body or b"")
                    return Response(event.status_code, headers, body)
            if self._protocol.handshake_exc is not None:
                url, why = self._wire.url, self._protocol.handshake_exc
                msg = f"{url} speaks no WebSocket: {why}"
                raise BrokenAnswer(msg, url=url, maybe_sent=False)
        return None

    def limit(self, timeout: Timeout) -> None:
        """Apply *timeout* to what this thread does next."""
        self._wire.call.start(self._path, timeout)

    def send(self, *texts: str) -> None:
        """Send texts, one message each.

        Raises:
            ConnectError, TimedOut: they may not have arrived.
        """
        try:
            for text in texts:
                self._protocol.send_text(text.encode())
        except WebSocketException as error:
            raise self._ended() from error
        self._flush()

    def receive(self, seconds: float | None = None) -> list[str]:
        """Return the texts that come next; none when `wake()` is called.

        None either when *seconds* have passed.

        Raises:
            ConnectError: the connection has ended.
            TimedOut: the server no longer answers.
        """
        until = math.inf if seconds is None else time.monotonic() + seconds
        while not self._texts:
            left = until - time.monotonic()
            if self._wire.wait(min(max(left, 0), self._idle / 2)):
                if self._wire.is_woken():
                    break
                self._take()
            elif left > 0:
                self._ask_for_life()
            if left <= 0:
                break
        return self._taken()

    def wait_for_pong(self) -> list[str]:
        """Return the texts that came until the server had all that was sent.

        Raises:
            ConnectError, TimedOut: it may not have it.
        """
        wanted = self._ping()
        while self._pongs < wanted and not self._texts:
            if not self._wire.wait_in_call():
                raise self._wire.late()
            if not self._wire.is_woken():
                self._take()
        return self._taken()

    def is_usable(self) -> bool:
        """Whether nothing says that the connection has ended."""
        try:
            while self._wire.wait(0):
                self._take()
            if self.silence > self._idle:
                self.wait_for_pong()
        except TransportError:
            return False
        self._texts.clear()
        return self._protocol.state is State.OPEN

    @property
    def silence(self) -> float:
        """How many seconds the server has said nothing."""
        return time.monotonic() - self._heard

    def close(self) -> None:
        """End the connection politely, without waiting long for it."""
        try:
            self.limit(Timeout(CLOSE_SECONDS, CLOSE_SECONDS, CLOSE_SECONDS))
            self._protocol.send_close(1000)
            self._flush()
            # with TLS, some servers keep the connection until it is closed here
            while self._protocol.close_rcvd is None and self._wire.wait_in_call():
                self._read()
        except (TransportError, WebSocketException):
            # either side has ended it already
            pass
        finally:
            self._wire.close()

    def drop(self) -> None:
        """End the connection at once."""
        self._wire.close()

    def _taken(self) -> list[str]:
        texts, self._texts = self._texts, []
        return texts

    def _ping(self) -> int:
        self._pings += 1
        try:
            self._protocol.send_ping(self._pings.to_bytes(8))
        except WebSocketException as error:
            raise self._ended() from error
        self._flush()
        return self._pings

    def _ask_for_life(self) -> None:
        if self.silence > 1.5 * self._idle:
            raise self._wire.late()
        if self.silence > 0.9 * self._idle:
            self._ping()

    def _take(self) -> None:
        """Read once, and put what came where it is looked for."""
        for event in self._read():
            if isinstance(event, Frame):
                self._sort(event)

    def _sort(self, frame: Frame) -> None:
        if frame.opcode is Opcode.PONG:
            self._pongs = max(self._pongs, int.from_bytes(bytes(frame.data)[:8]))
        if frame.opcode in _DATA:
            self._pieces.append(bytes(frame.data))
            if frame.fin:
                self._texts.append(b"".join(self._pieces).decode(errors="replace"))
                self._pieces.clear()

    def _read(self) -> list[Frame | Handshake]:
        if self._protocol.state is State.CLOSED:
            raise self._ended()
        data = self._wire.read()
        self._heard = time.monotonic()
        if data:
            self._protocol.receive_data(data)
        else:
            self._protocol.receive_eof()
        found: list[Frame | Handshake] = [
            event
            for event in self._protocol.events_received()
            if isinstance(event, (Frame, Handshake))
        ]
        # who has gone needs no reply, and the next read says so
        with suppress(TransportError):
            self._flush()
        return found

    def _flush(self) -> None:
        """Send what the protocol has to say; nothing is its word for the end."""
        self._wire.send(piece for piece in self._protocol.data_to_send() if piece)

    def _ended(self) -> TransportError:
        return self._wire.ended(self._protocol.close_reason)
