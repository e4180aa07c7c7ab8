"""Listener: the thread that keeps a subscription connected."""

from __future__ import annotations

import logging
import secrets
import time
from threading import Condition, Lock, Thread
from typing import TYPE_CHECKING

import attrs

from skysyn.dialects.skygear.channels import (
    dump_publish,
    dump_subscribe,
    dump_unsubscribe,
    load_notice,
)
from skysyn.errors import (
    ProtocolError,
    RemoteError,
    SkysynError,
    StateError,
    TimedOut,
    TransportError,
    Unavailable,
)
from skysyn.transport import Retry, Timeout

from .ending import Ending
from .events import Gap

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from skysyn.transport import WebSocket

    from .inbox import Inbox

_log = logging.getLogger("skysyn.pubsub")
_PATIENCE = Retry(first_wait=0.25, longest_wait=30.0)
_STEADY_SECONDS = 10.0
_ANSWER_SECONDS = 10.0


class Channels:
    """The channels that are wanted, and the last change the server knows of."""

    def __init__(self, names: Iterable[str]) -> None:
        self._changed = Condition()
        self._names = frozenset(names)
        self._revision = self._known = 0
        self._is_ended = False

    def change(self, add: Iterable[str] = (), remove: Iterable[str] = ()) -> int:
        """Want others; return the number of the change."""
        with self._changed:
            self._names = (self._names | frozenset(add)) - frozenset(remove)
            self._revision += 1
            return self._revision

    def now(self) -> tuple[frozenset[str], int]:
        """Return what is wanted, and the number of the last change."""
        with self._changed:
            return self._names, self._revision

    def note(self, revision: int) -> None:
        """Note that the server knows of the change *revision* and all before it."""
        with self._changed:
            self._known = max(self._known, revision)
            self._changed.notify_all()

    def end(self) -> None:
        """End all waits: the server will know of nothing more."""
        with self._changed:
            self._is_ended = True
            self._changed.notify_all()

    def wait(self, revision: int, seconds: float) -> bool:
        """Whether the server knows of the change *revision* within *seconds*."""
        with self._changed:
            self._changed.wait_for(
                lambda: self._known >= revision or self._is_ended, seconds
            )
            return self._known >= revision


@attrs.define(eq=False)
class Connection:
    """One connection of a listener, with what the server was told over it.

    The server confirms nothing, but it does what it is told in order, so an *echo* on
    a channel of our own proves that it knows of all channels asked for before.
    """

    line: WebSocket
    echo: str
    told: frozenset[str] = frozenset()
    revision: int = -1

    def tell(self, wanted: frozenset[str], revision: int) -> None:
        """Tell the server which channels are wanted, and ask for an echo."""
        self.line.send(
            *(dump_subscribe(name) for name in sorted(wanted - self.told)),
            *(dump_unsubscribe(name) for name in sorted(self.told - wanted)),
            dump_subscribe(self.echo),
            dump_publish(self.echo, revision),
        )
        self.told, self.revision = wanted, revision


class Listener:
    """Puts what is published into *inbox*, over as many connections as it takes.

    *open_line* opens a connection or raises why it cannot. Unless it is closed, the
    thread does *farewell* last.
    """

    def __init__(
        self,
        open_line: Callable[[], WebSocket],
        channels: Channels,
        inbox: Inbox,
        farewell: Callable[[], object] = bool,
    ) -> None:
        self.channels = channels
        self.inbox = inbox
        self._open_line = open_line
        self._farewell = farewell
        self._echo = f"_skysyn_{secrets.token_hex(12)}"
        self._closing = Ending()
        self._lock = Lock()
        self._connection: Connection | None = None
        self._thread = Thread(target=self._run, name="skysyn-pubsub", daemon=True)

    def start(self) -> None:
        """Connect, and listen from a thread.

        Raises:
            SkysynError: the first connection cannot be made.
        """
        self._connect(None)
        try:
            self._thread.start()
        except BaseException:
            self._leave()
            raise

    def wake(self) -> None:
        """Have the thread look at `channels` again."""
        with self._lock:
            if self._connection is not None:
                self._connection.line.wake()

    def close(self) -> None:
        """Stop listening; return when the connection is closed."""
        self._farewell = bool
        self.stop()
        if self._thread.is_alive():
            self._thread.join()

    def stop(self) -> None:
        """Have the thread stop soon."""
        self._closing.set()
        self.inbox.close()
        self.channels.end()
        self.wake()

    def forget(self) -> None:
        """Have the thread stop soon, without waiting for a lock.

        Whoever's garbage is collected runs this, wherever it is and whatever it holds.
        """
        self._closing.set()
        # who holds the lock is about to look whether to stop, or to wake the thread
        if self._lock.acquire(blocking=False):
            try:
                if self._connection is not None:
                    self._connection.line.wake()
            finally:
                self._lock.release()

    def _run(self) -> None:
        try:
            self._keep_listening()
        except BaseException as error:  # it is told to who receives
            ended = StateError(f"the subscription was ended by {error!r}")
            ended.__cause__ = error
            self.inbox.close(ended)
        finally:
            self.channels.end()
            self._leave()
            self._farewell()

    def _keep_listening(self) -> None:
        failures, began = 0, time.monotonic()
        while not self._closing.is_set():
            try:
                self._listen()
            except SkysynError as error:
                is_steady = time.monotonic() - began > _STEADY_SECONDS
                failures = 1 if is_steady else failures + 1
                if not self._again(error, failures):
                    break
                began = time.monotonic()

    def _again(self, error: SkysynError, failures: int) -> bool:
        """Connect again after *error*; whether that makes sense."""
        while not self._closing.is_set():
            self._leave()
            if not is_passing(error):
                self.inbox.close(error)
                return False
            wait = _PATIENCE.bound(failures) * secrets.SystemRandom().random()
            _log.warning("subscription lost, next try in %.1f s: %s", wait, error)
            if self._closing.wait(wait):
                return False
            try:
                self._connect(error)
            except SkysynError as found:
                error, failures = found, failures + 1
            else:
                return True
        return False

    def _connect(self, lost: SkysynError | None) -> None:
        """Make a connection over which all channels are subscribed.

        What was published since the last one may be lost, so a gap comes first. It is
        told only when nothing more can be lost: who looks at a state then sees what
        the messages that follow do not tell.
        """
        connection = Connection(self._open_line(), self._echo)
        # before anything is waited for, so that it can be woken
        self._hold(connection)
        try:
            connection.line.limit(Timeout(read=_ANSWER_SECONDS))
            connection.tell(*self.channels.now())
            early = self._wait_for_echo(connection)
        except BaseException:
            self._hold(None)
            connection.line.drop()
            raise
        reason = f"the connection was lost: {lost}"
        gap = None if lost is None else Gap(connection.told, reason)
        self.inbox.put_all(early, gap)

    def _wait_for_echo(self, connection: Connection) -> Inbox:
        """Return what came until the server knew of all channels, and with that."""
        until = time.monotonic() + _ANSWER_SECONDS
        early = self.inbox.empty()
        while (left := until - time.monotonic()) > 0 and not self._closing.is_set():
            texts = connection.line.receive(left)
            if self._hear(connection, texts, early):
                return early
        msg = "the server did not confirm the subscription in time"
        raise TimedOut(msg, maybe_sent=False)

    def _listen(self) -> None:
        connection = self._connection
        if connection is None:
            msg = "there is no connection to listen to"
            raise StateError(msg)
        connection.line.limit(Timeout(read=_ANSWER_SECONDS))
        while not self._closing.is_set():
            wanted, revision = self.channels.now()
            if revision != connection.revision:
                connection.tell(wanted, revision)
            self._hear(connection, connection.line.receive(), self.inbox)

    def _hear(self, connection: Connection, texts: Iterable[str], inbox: Inbox) -> bool:
        """Put what *texts* say into *inbox*; whether an echo is among them."""
        is_confirmed = False
        for text in texts:
            notice = load_notice(text)
            if notice is None:
                _complain(text)
            elif notice.channel == self._echo:
                self.channels.note(int(bytes(notice.data)))
                is_confirmed = True
            elif notice.channel in connection.told:
                inbox.put(notice)
        return is_confirmed

    def _hold(self, connection: Connection | None) -> None:
        with self._lock:
            self._connection = connection

    def _leave(self) -> None:
        with self._lock:
            connection, self._connection = self._connection, None
        if connection is not None:
            connection.line.close()


def is_passing(error: SkysynError) -> bool:
    """Whether trying again may help after *error*."""
    if isinstance(error, RemoteError):
        return isinstance(error, Unavailable)
    return isinstance(error, (TransportError, ProtocolError))


def _complain(text: str) -> None:
    _log.warning("the server says: %.200s", text)
