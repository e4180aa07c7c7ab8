"""Database: connections and transactions of SQLite or PostgreSQL."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import RLock
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.pool import StaticPool

from skysyn.errors import DeclarationError

from . import functions, opening, time_limit
from .pages import Pages

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Generator

    from sqlalchemy import URL, Connection, Engine
    from sqlalchemy.engine import ExceptionContext

_WRITES = "sky_writes"
_KEPT = 32
"""How many connections stay open: one for each thread that answers."""
STALE_PLAN = "0A000"
"""What PostgreSQL says when a table changed after a statement was prepared."""


class Database:
    """One database; any number of readers, and on SQLite one writer at a time.

    What takes longer than *seconds* is ended; 0 means that nothing is.
    """

    def __init__(self, url: str, app: str, seconds: float = 0) -> None:
        self._url = read_url(url)
        self._seconds = seconds
        self.is_sqlite = self._url.get_backend_name() == "sqlite"
        self.is_memory = self.is_sqlite and self._url.database in {None, "", ":memory:"}
        self._lock = RLock()
        self._engine = self._open_sqlite() if self.is_sqlite else self._open_pg(app)
        self._folder: TemporaryDirectory[str] | None = None

    @property
    def file(self) -> str | None:
        """The file of a database of SQLite's, if it is in one."""
        return None if self.is_memory or not self.is_sqlite else self._url.database

    @contextmanager
    def read(self, first: str = "") -> Generator[tuple[Connection, Any]]:
        """Open a transaction that only reads, all of it as it is at one time.

        The value that the statement *first* finds comes with it, in one round trip.
        """
        if not self.is_memory:
            with self._begun(opening.READING, first) as begun:
                yield begun
            return
        # a database in memory has one connection, which all threads share
        with self._lock, self._engine.connect() as connection, connection.begin():
            yield connection, self._open(connection, opening.READING, first)

    @contextmanager
    def write(self, first: str = "") -> Generator[tuple[Connection, Any]]:
        """Open a transaction; it is undone if an error leaves it."""
        if not self.is_sqlite:
            with self._begun(opening.WRITING, first) as begun:
                yield begun
            return
        with self._lock, self._engine.connect() as connection:
            connection.execution_options(**{_WRITES: True})
            with connection.begin():
                yield connection, self._open(connection, opening.WRITING, first)

    @contextmanager
    def glance(self) -> Generator[Connection]:
        """Give a connection for one statement, which sees one moment of itself."""
        with self._engine.connect() as connection:
            yield connection

    @contextmanager
    def alone(self) -> Generator[Connection]:
        """Give a connection outside of transactions, while nobody here writes."""
        with self._lock, self._engine.connect() as connection:
            yield connection

    @contextmanager
    def connect(self) -> Generator[Connection]:
        """Give a connection that begins a transaction when it is first used."""
        with self._engine.connect() as connection:
            if not self.is_sqlite:
                connection.execution_options(isolation_level="READ COMMITTED")
            yield connection

    def leave_memory(self) -> str | None:
        """Put what is in memory into a file, which several connections can share.

        It is deleted at the end. Its name is returned, or None if nothing was to do.
        """
        with self._lock:
            if not self.is_memory:
                return None
            content = Pages.take(self).content
            self._engine.dispose()
            self._folder = TemporaryDirectory(prefix="skysyn-")
            file = Path(self._folder.name) / "records.sqlite3"
            file.write_bytes(content)
            self._url = self._url.set(database=str(file))
            self.is_memory = False
            self._engine = self._open_sqlite()
            return str(file)

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()
        if self._folder is not None:
            self._folder.cleanup()

    @contextmanager
    def _begun(self, how: str, first: str) -> Generator[tuple[Connection, Any]]:
        try:
            stack, connection, found = self._begin(how, first)
        except DBAPIError as error:
            if not error.connection_invalidated:
                raise
            # PostgreSQL was started again since it was kept; nothing was done by now
            stack, connection, found = self._begin(how, first)
        with stack:
            yield connection, found

    def _begin(self, how: str, first: str) -> tuple[ExitStack, Connection, Any]:
        """Return a transaction, to be closed, with what *first* finds."""
        with ExitStack() as stack:
            connection = stack.enter_context(self._engine.connect())
            stack.enter_context(connection.begin())
            found = self._open(connection, how, first)
            return stack.pop_all(), connection, found

    def _open(self, connection: Connection, how: str, first: str) -> Any:
        """Begin a transaction, as SQLite did already, and return what *first* finds."""
        said = [first] if self.is_sqlite else [how, first]
        statement = "; ".join(filter(None, said))
        if not statement:
            return None
        found = connection.exec_driver_sql(statement)
        return found.scalar_one() if first else None

    def _open_sqlite(self) -> Engine:
        options: dict[str, Any] = {"poolclass": StaticPool} if self.is_memory else {}
        if not self.is_memory:
            options = {"pool_size": _KEPT, "max_overflow": 64}
        engine = create_engine(
            self._url,
            connect_args={"check_same_thread": False, "timeout": 30},
            json_serializer=_dump_json,
            json_deserializer=msgspec.json.decode,
            **options,
        )
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        if self._seconds:
            time_limit.limit_sqlite(engine, self._seconds)
        return engine

    def _open_pg(self, app: str) -> Engine:
        options = f'-csearch_path="app_{app.lower()}",public'
        if self._seconds:
            options += time_limit.postgres_option(self._seconds)
        engine = create_engine(
            self._url.set(drivername="postgresql+psycopg"),
            connect_args={"options": options},
            isolation_level="AUTOCOMMIT",  # transactions are begun above
            json_serializer=_dump_json,
            pool_size=_KEPT,
            max_overflow=32,
        )
        event.listen(engine, "handle_error", _forget_plans)
        opening.teach(engine)
        return engine


def read_url(text: str) -> URL:
    """Return the URL that *text* is, or that of the file that it names.

    Raises:
        DeclarationError: it is no URL, or that of another kind of database.
    """
    if text == ":memory:":
        return make_url("sqlite://")
    if not text:
        msg = "no database is named: use a file, :memory:, or postgresql://…"
        raise DeclarationError(msg)
    scheme, separator, rest = text.partition("://")
    if not separator:
        return make_url("sqlite://").set(database=str(Path(text).absolute()))
    try:
        # the original's name for it is postgres
        name = "postgresql" if scheme == "postgres" else scheme
        parsed = make_url(f"{name}://{rest}")
    except (ArgumentError, ValueError):
        # not what they say: there may be a password in it
        msg = f"this is no URL of a database: {scheme}://…, as its host or port is none"
        raise DeclarationError(msg) from None
    if parsed.get_backend_name() not in {"sqlite", "postgresql"}:
        msg = f"no database for {parsed.drivername}: use a file, sqlite or postgresql"
        raise DeclarationError(msg)
    return parsed


def first_line(error: DBAPIError) -> str:
    """Return what the database says, without its hints."""
    return str(error.orig).partition("\n")[0]


def _dump_json(value: object) -> str:
    return msgspec.json.encode(value, order="sorted").decode()


def _prepare_sqlite(connection: sqlite3.Connection, _: object) -> None:
    connection.isolation_level = None  # transactions are begun below
    functions.register(connection)
    for pragma in (
        "foreign_keys = ON",
        "journal_mode = WAL",
        "synchronous = FULL",
        "cache_size = -16384",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _forget_plans(context: ExceptionContext) -> None:
    """Open new connections when tables are not what prepared statements read."""
    if getattr(context.original_exception, "sqlstate", None) == STALE_PLAN:
        context.is_disconnect = True


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
