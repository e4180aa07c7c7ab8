"""Subscription: messages as they are published."""

from __future__ import annotations

import os
import weakref
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import msgspec

from skysyn.arguments import check_number
from skysyn.dialects.skygear.channels import check_channel
from skysyn.errors import ConversionError, DeclarationError, StateError, TimedOut

from .events import Gap, Message, Unreadable
from .inbox import Inbox
from .listener import Channels, Listener
from .stream import Stream

if TYPE_CHECKING:
    from collections.abc import Callable

    from skysyn.dialects.skygear.channels import Notice
    from skysyn.transport import WebSocket

T = TypeVar("T")


class Subscription(Stream[Message[T] | Gap | Unreadable], Generic[T]):
    """What is published on some channels; made by `session.subscribe()`.

    Iterating waits for each event: a `Message`, a `Gap` where messages may be missing,
    or, if a type was asked for, an `Unreadable`. It reconnects by itself. Several
    threads may receive: each event is given to one of them.
    """

    def __init__(self, listener: Listener, decoder: msgspec.json.Decoder[T]) -> None:
        self._listener = listener
        self._decoder = decoder
        self._process = os.getpid()
        # nobody else could stop the thread of a subscription that is forgotten
        self._forgetting = weakref.finalize(self, listener.forget)
        # a program that ends should not wait for a server
        self._forgetting.atexit = False

    @property
    def channels(self) -> frozenset[str]:
        """The channels that are subscribed to."""
        return self._listener.channels.now()[0]

    def receive(self, timeout: float | None = None) -> Message[T] | Gap | Unreadable:
        """Return the next event, waiting up to *timeout* seconds for it.

        Raises:
            TimedOut: nothing came.
            StateError: the subscription is closed.
            RemoteError: the server no longer lets us subscribe.
        """
        self._stay_in_process()
        found = self._listener.inbox.get(timeout)
        return found if isinstance(found, Gap) else self._read(found)

    def add(self, *channels: str, timeout: float = 10.0) -> None:
        """Subscribe to more channels; return when the server knows.

        Raises:
            TimedOut: it is not reached; they are subscribed to when it is.
            StateError: the subscription is closed.
            RemoteError: the server no longer lets us subscribe.
        """
        self._change(timeout, add=_checked(channels))

    def remove(self, *channels: str, timeout: float = 10.0) -> None:
        """Receive no more of these channels."""
        self._change(timeout, remove=_checked(channels))

    def close(self) -> None:
        """End the subscription; what waits is dropped, who waits gets `StateError`."""
        self._listener.close()

    def _change(
        self, timeout: float, add: tuple[str, ...] = (), remove: tuple[str, ...] = ()
    ) -> None:
        self._stay_in_process()
        revision = self._listener.channels.change(add, remove)
        self._listener.wake()
        if self._listener.channels.wait(revision, timeout):
            return
        why = self._listener.inbox.end
        if why is not None:
            raise why
        msg = f"the server did not confirm the channels within {timeout} s"
        raise TimedOut(msg)

    def _stay_in_process(self) -> None:
        if os.getpid() != self._process:
            msg = "a subscription stays in its process: subscribe again after a fork"
            raise StateError(msg)

    def _read(self, notice: Notice) -> Message[T] | Unreadable:
        try:
            return Message(notice.channel, self._decoder.decode(notice.data))
        except (msgspec.MsgspecError, RecursionError) as error:
            msg = f"a message on {notice.channel!r} is of another type: {error}"
            data = msgspec.json.decode(notice.data)
            wrong = ConversionError(msg, field=notice.channel, value=data)
            wrong.__cause__ = error
            return Unreadable(notice.channel, data, wrong)

    def __repr__(self) -> str:
        return f"<Subscription to {', '.join(sorted(self.channels))}>"


def listen(
    open_line: Callable[[], WebSocket],
    channels: tuple[str, ...],
    data_type: type[T] | None,
    buffer: int,
    farewell: Callable[[], object] = bool,
) -> Subscription[T]:
    """Return a subscription to *channels* over what *open_line* opens.

    If it is forgotten, or ends itself, a thread does *farewell*.

    Raises:
        QueryError: a channel is empty.
        DeclarationError: no JSON can be read as *data_type*.
        SkysynError: there is no connection.
    """
    decoder = make_decoder(data_type)
    check_number(buffer, 1, "buffer= is how many messages are kept, at least 1")
    wanted = Channels(_checked(channels))
    listener = Listener(open_line, wanted, Inbox(buffer), farewell)
    listener.start()
    return Subscription(listener, decoder)


def make_decoder(data_type: type[T] | None) -> msgspec.json.Decoder[T]:
    """Return what reads messages whose data are of *data_type*, or of any.

    Raises:
        DeclarationError: no JSON can be read as that type.
    """
    wanted: Any = Any if data_type is None else data_type
    try:
        return msgspec.json.Decoder(wanted)
    except TypeError as error:
        msg = f"messages cannot be read as {data_type!r}: {error}"
        raise DeclarationError(msg) from error


def _checked(channels: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(check_channel(name) for name in channels)
