"""Time limit: how long the database may work for one request."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from sqlalchemy import event

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine
    from sqlalchemy.exc import DBAPIError

_STEPS = 100_000
"""Between two looks at the clock SQLite takes as many steps, which is milliseconds."""
_CANCELLED = "57014"
"""What PostgreSQL calls a statement that took too long."""


def limit_sqlite(engine: Engine, seconds: float) -> None:
    """End statements of a transaction *seconds* after it began."""

    def begin(connection: Connection) -> None:
        last = time.monotonic() + seconds
        _driver(connection).set_progress_handler(
            lambda: time.monotonic() > last, _STEPS
        )

    def end(connection: Connection) -> None:
        _driver(connection).set_progress_handler(None, 0)

    event.listen(engine, "begin", begin)
    event.listen(engine, "commit", end)
    event.listen(engine, "rollback", end)


def postgres_option(seconds: float) -> str:
    """Return the option of a connection that ends statements after *seconds*."""
    return f" -cstatement_timeout={int(seconds * 1000)}"


def is_over(error: DBAPIError) -> bool:
    """Whether *error* says that a statement took too long."""
    names = ("sqlstate", "sqlite_errorname")
    found = {getattr(error.orig, name, None) for name in names}
    return bool(found & {_CANCELLED, "SQLITE_INTERRUPT"})


def _driver(connection: Connection) -> Any:
    return connection.connection.driver_connection
