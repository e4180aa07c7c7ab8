"""Connections that cloud code opens, which end when its time is over."""

from __future__ import annotations

import contextlib
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Generator

    from sqlalchemy import Connection

    from skysyn.server.store import Store

_opened: ContextVar[list[Connection] | None] = ContextVar(
    "skysyn_cloud_connections", default=None
)


class Connections:
    """Opens transactions for cloud code; they begin with their first statement.

    Until then nobody waits for them, so that the code may ask the server.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    @contextmanager
    def __call__(self) -> Generator[Connection]:
        """Open one; it is committed at the end, or undone by an error."""
        with self._store.connect() as connection:
            known = _opened.get()
            if known is not None:
                known.append(connection)
            yield connection
            connection.commit()


@contextmanager
def noted() -> Generator[list[Connection]]:
    """Note the connections that are opened in this block and what it starts."""
    found: list[Connection] = []
    token = _opened.set(found)
    try:
        yield found
    finally:
        _opened.reset(token)


def interrupt(connection: Connection) -> None:
    """Stop the statement that *connection* runs, in whatever thread."""
    raw: Any = connection.connection.dbapi_connection
    with contextlib.suppress(Exception):  # it has ended meanwhile
        raw.interrupt() if hasattr(raw, "interrupt") else raw.cancel_safe()


def abandon(connection: Connection) -> None:
    """End *connection*, which cloud code whose time is over may still use."""
    with contextlib.suppress(Exception):  # it has ended meanwhile
        if not connection.closed:
            interrupt(connection)
            connection.invalidate()
