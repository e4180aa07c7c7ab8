"""Watching: being told when records change that a query finds."""

from __future__ import annotations

import uuid
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING, Generic, TypeVar

import attrs
import msgspec

from skysyn.arguments import check_argument
from skysyn.dialects.skygear import faults
from skysyn.dialects.skygear.answers import Entry
from skysyn.dialects.skygear.predicates import dump
from skysyn.dialects.skygear.query import RecordQuery
from skysyn.errors import ProtocolError, QueryError, SkysynError
from skysyn.models import And, Compare, In, Model, Not, Or, Path, Predicate

from .events import Gap, Message
from .stream import Stream
from .subscription import Subscription, listen

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from skysyn.models import JSON
    from skysyn.transport import WebSocket

    Call = Callable[[str, Mapping[str, JSON]], JSON]

M = TypeVar("M", bound=Model)


class Told(msgspec.Struct, rename="kebab"):
    """What a server tells: which subscription it is about, and a growing number."""

    seq_num: int
    subscription_id: str


@attrs.frozen
class Changed(Generic[M]):
    """A record that *query* finds was made, changed or deleted.

    The server does not say which: ask the query again. *number* grows.
    """

    query: RecordQuery[M]
    number: int


@attrs.define(eq=False)
class Registration:
    """The subscriptions at a server: those of *device*, by their ids."""

    call: Call
    device: str
    database: str
    ids: tuple[str, ...]
    is_ended: bool = False

    def end(self) -> None:
        """Have the server forget them once, if it can be reached."""
        if self.is_ended:
            return
        self.is_ended = True
        scope: dict[str, JSON] = {"database_id": self.database}
        named: dict[str, JSON] = {"subscription_ids": list(self.ids)}
        device: dict[str, JSON] = {"device_id": self.device}
        with suppress(SkysynError):
            self.call("subscription:delete", scope | device | named)
        with suppress(SkysynError):
            self.call("device:unregister", {"id": self.device})


class Watch(Stream[Changed[M] | Gap], Generic[M]):
    """Changes of what some queries find; made by `session.watch()`.

    Iterating waits for each event: a `Changed`, or a `Gap` where changes may have been
    missed.
    """

    def __init__(
        self,
        messages: Subscription[Told],
        registration: Registration,
        queries: Mapping[str, RecordQuery[M]],
    ) -> None:
        self._messages = messages
        self._queries = queries
        self._registration = registration

    @property
    def device(self) -> str:
        """The id of the device that the server tells."""
        return self._registration.device

    def receive(self, timeout: float | None = None) -> Changed[M] | Gap:
        """Return the next event, waiting up to *timeout* seconds for each message.

        Raises:
            TimedOut: nothing came.
            StateError: the watch is closed.
        """
        while True:
            event = self._messages.receive(timeout)
            if isinstance(event, Gap):
                return event
            if isinstance(event, Message):
                query = self._queries.get(event.data.subscription_id)
                if query is not None:
                    return Changed(query, event.data.seq_num)

    def close(self) -> None:
        """End the watch, here and at the server."""
        self._messages.close()
        self._registration.end()


def watch(
    call: Call,
    database: str,
    open_line: Callable[[], WebSocket],
    queries: tuple[RecordQuery[M], ...],
    buffer: int,
) -> Watch[M]:
    """Return a watch of *queries*, told over what *open_line* opens.

    Raises:
        QueryError: one cannot be watched.
        SkysynError: the server refuses, or is not reached; nothing stays there.
    """
    known = keyed(queries)
    registration = Registration(call, register_device(call), database, tuple(known))
    with ExitStack() as undoing:
        undoing.callback(registration.end)
        channels = (f"_sub_{registration.device}",)
        messages = listen(open_line, channels, Told, buffer, registration.end)
        undoing.callback(messages.close)
        subscribe(registration, known)
        undoing.pop_all()
    return Watch(messages, registration, known)


def register_device(call: Call) -> str:
    """Return the id of a new device, which exists to be told of changes."""
    # for others the original stops after the first notice
    match call("device:register", {"type": "ios"}):
        case {"id": str(device)}:
            return device
        case other:
            msg = f"device:register answered {other!r:.80}"
            raise ProtocolError(msg, status=200)


def subscribe(
    registration: Registration, queries: Mapping[str, RecordQuery[M]]
) -> None:
    """Have the server tell the device of changes of what *queries* find."""
    subscriptions: list[JSON] = [
        {"id": key, "type": "query", "query": _dump(query)}
        for key, query in queries.items()
    ]
    payload: dict[str, JSON] = {
        "database_id": registration.database,
        "device_id": registration.device,
        "subscriptions": subscriptions,
    }
    for entry in _entries(registration.call("subscription:save", payload)):
        if entry.type == "error":
            raise faults.lift(entry)


def _entries(result: JSON) -> list[Entry]:
    """Return what the server answers about each subscription, typed by its errors."""
    try:
        # a subscription has a `type` too, but only errors have a `_type`
        return msgspec.convert(result, list[Entry])
    except msgspec.ValidationError as error:
        msg = f"subscription:save was answered with something else: {error}"
        raise ProtocolError(msg, status=200) from error


def keyed(queries: tuple[RecordQuery[M], ...]) -> dict[str, RecordQuery[M]]:
    """Return *queries* by ids that nobody else has.

    Raises:
        QueryError: one cannot be watched.
    """
    if not queries:
        msg = "watch() takes at least one query: session.watch(Task.query())"
        raise QueryError(msg)
    for query in queries:
        _check(query)
    return {str(uuid.uuid4()): query for query in queries}


def _dump(query: RecordQuery[M]) -> JSON:
    asked: dict[str, JSON] = {"record_type": query.model.__collection__}
    return asked if query.where is None else {**asked, "predicate": dump(query.where)}


def _check(query: RecordQuery[M]) -> None:
    check_argument(query, RecordQuery, "watch() takes queries, such as Task.query()")
    plain = type(query)(query.model, where=query.where, backend=query.backend)
    if query != plain:
        msg = "a watched query has conditions only: no order, limit, include or only"
        raise QueryError(msg)
    if query.where is not None and not _is_safe(query.where):
        msg = (
            f"{query.where} cannot be watched: servers of the original end at any "
            "condition but ==, !=, is_in(), &, | and ~ on fields of the record itself"
        )
        raise QueryError(msg)


def _is_safe(where: Predicate) -> bool:
    match where:
        case And(operands) | Or(operands):
            return all(_is_safe(operand) for operand in operands)
        case Not(operand):
            return _is_safe(operand)
        case Compare("eq" | "neq", left, right):
            return _is_own(left) and _is_own(right)
        case In(path, _):
            return _is_own(path)
        case _:
            return False


def _is_own(operand: object) -> bool:
    return not isinstance(operand, Path) or len(operand.names) == 1
