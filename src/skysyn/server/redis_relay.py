"""Redis relay: messages to the server's other processes through a Redis."""

from __future__ import annotations

import logging
import uuid
from contextlib import suppress
from queue import Full, Queue
from threading import Event, Thread
from typing import TYPE_CHECKING

import msgspec

from .redis_link import RedisError, connect_redis

if TYPE_CHECKING:
    from .redis_link import Listening
    from .relay import Deliver

_LOOK_SECONDS = 0.2
_START_SECONDS = 5.0
_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 5.0
_log = logging.getLogger("skysyn.server.pubsub")


class _Envelope(msgspec.Struct, array_like=True):
    origin: str
    hub: str
    channel: str
    text: str


_envelopes = msgspec.msgpack.Decoder(_Envelope)


class RedisRelay:
    """Carries messages through one channel of the Redis at *url*.

    Two threads of its own send and listen, so that nobody waits for Redis. While it
    cannot be reached, what is published reaches this process alone; afterwards the
    others are reached again. So it is with what is more than *room* for messages that
    wait to be sent.

    Raises:
        DeclarationError: this is no URL of a Redis.
        StateError: it cannot be reached.
    """

    def __init__(self, url: str, app: str, room: int = 10_000) -> None:
        self._client = connect_redis(url)
        self._channel = f"skysyn:{app}:pubsub"
        self._origin = uuid.uuid4().hex
        self._deliver: dict[str, Deliver] = {}
        self._outgoing: Queue[bytes | None] = Queue(room)
        self._listens, self._stopped = Event(), Event()
        self._threads = [
            Thread(target=self._send_all, name="skysyn-pubsub-out", daemon=True),
            Thread(target=self._listen_always, name="skysyn-pubsub-in", daemon=True),
        ]
        for thread in self._threads:
            thread.start()
        self._listens.wait(_START_SECONDS)

    def join(self, hub: str, deliver: Deliver) -> None:
        """Hand what other processes publish on *hub* to *deliver* from now on."""
        self._deliver[hub] = deliver

    def send(self, hub: str, channel: str, text: str) -> None:
        """Hand a message to the other processes; return at once, from any thread."""
        sent = msgspec.msgpack.encode(_Envelope(self._origin, hub, channel, text))
        try:
            self._outgoing.put_nowait(sent)
        except Full:
            _log.warning("Redis is too slow: a message stays in this process")

    def close(self) -> None:
        """Carry nothing more, after what waits if Redis can be reached."""
        self._stopped.set()
        with suppress(Full):
            self._outgoing.put_nowait(None)
        for thread in self._threads:
            thread.join(_START_SECONDS)
        self._client.close()

    def _send_all(self) -> None:
        while (sent := self._outgoing.get()) is not None:
            is_sent = self._reaches(sent)
            if self._stopped.is_set() and (not is_sent or self._outgoing.empty()):
                return

    def _reaches(self, sent: bytes) -> bool:
        try:
            self._client.publish(self._channel, sent)
        except RedisError as error:
            _log.warning("a message stays in this process: %s", error)
            return False
        return True

    def _listen_always(self) -> None:
        pause = _FIRST_PAUSE
        while not self._stopped.is_set():
            try:
                with self._client.pubsub() as listening:
                    self._listen(listening)
            except RedisError as error:
                _log.warning("Redis is away, trying again: %s", error)
                pause = _FIRST_PAUSE if self._listens.is_set() else 2 * pause
                self._listens.clear()
                self._stopped.wait(min(pause, _LONGEST_PAUSE))

    def _listen(self, listening: Listening) -> None:
        listening.subscribe(self._channel)
        while not self._stopped.is_set():
            message = listening.get_message(timeout=_LOOK_SECONDS)
            match message:
                case {"type": "subscribe"}:
                    self._listens.set()
                case {"type": "message", "data": bytes(received)}:
                    self._take(received)
                case _:
                    pass

    def _take(self, received: bytes) -> None:
        try:
            envelope = _envelopes.decode(received)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            _log.warning("something else is published on %s", self._channel)
            return
        deliver = self._deliver.get(envelope.hub)
        if deliver is not None and envelope.origin != self._origin:
            deliver(envelope.channel, envelope.text)
