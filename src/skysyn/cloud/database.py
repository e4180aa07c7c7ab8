"""Database: connections to the tables that the app's records are in."""

from __future__ import annotations

from contextlib import AbstractContextManager, contextmanager
from threading import Lock
from typing import TYPE_CHECKING, Protocol

from sqlalchemy import MetaData, Table, create_engine, event, inspect, make_url
from sqlalchemy.exc import NoSuchTableError

from skysyn.errors import DeclarationError, StateError

from .context import current_app, find_running

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Generator

    from sqlalchemy import Connection, Engine

    from .configuration import Options


class Connects(Protocol):
    """What opens transactions on the database of an app."""

    def __call__(self) -> AbstractContextManager[Connection]:
        """Open one; it is committed at the end, or undone by an error."""
        ...


@contextmanager
def conn() -> Generator[Connection]:
    """Open a transaction on the app's tables; an error that leaves it undoes it.

    In a hook it is part of the transaction that the hook runs in.
    """
    running = find_running()
    if running is not None and running.connection is not None:
        connection = running.connection()
        with connection.begin_nested():
            yield connection
        return
    with current_app().connect() as connection:
        yield connection


def get_table(name: str) -> Table:
    """Return the table of the record type *name*, with the columns it has now.

    Raises:
        StateError: there is none.
    """
    with conn() as connection:
        try:
            return Table(name, MetaData(), autoload_with=connection)
        except NoSuchTableError as error:
            msg = f"there is no table {name!r}: no record of this type was saved yet"
            raise StateError(msg) from error


def has_table(name: str) -> bool:
    """Return whether there is a table of the record type *name*."""
    with conn() as connection:
        return inspect(connection).has_table(name)


class Engines:
    """Opens transactions on the database that options name; connects when asked."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._engine: Engine | None = None
        self._opening = Lock()

    @contextmanager
    def __call__(self) -> Generator[Connection]:
        """Open a transaction."""
        with self._opening:  # calls run side by side, and one engine is enough
            engine = self._engine = self._engine or open_engine(self._options)
        with engine.begin() as connection:
            yield connection

    def close(self) -> None:
        """Close every connection."""
        if self._engine is not None:
            self._engine.dispose()


def open_engine(options: Options) -> Engine:
    """Return an engine on the schema of the app that *options* name.

    Raises:
        StateError: they name no database.
        DeclarationError: it is neither SQLite nor PostgreSQL.
    """
    if not options.database_url:
        msg = "no database is known: set DATABASE_URL to that of the server"
        raise StateError(msg)
    url = make_url(options.database_url.replace("postgres://", "postgresql://", 1))
    match url.get_backend_name():
        case "sqlite":
            engine = create_engine(url, connect_args={"timeout": 30})
            event.listen(engine, "connect", _check_references)
            return engine
        case "postgresql":
            schema = f"app_{options.appname.lower()}"
            path = f'-csearch_path="{schema}",public'
            url = url.set(drivername="postgresql+psycopg")
            return create_engine(url, connect_args={"options": path})
        case other:
            msg = f"no database for {other}: DATABASE_URL is sqlite or postgresql"
            raise DeclarationError(msg)


def _check_references(connection: sqlite3.Connection, _: object) -> None:
    connection.execute("PRAGMA foreign_keys = ON")
