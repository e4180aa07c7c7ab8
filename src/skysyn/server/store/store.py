"""Store: transactions on a database, each with the catalog as it is then."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import attrs
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from . import catalog, foresight, migration, postgres, states
from .changes import Change, Observers
from .database import Database
from .foresight import Unforeseen
from .time_limit import is_over

if TYPE_CHECKING:
    from collections.abc import Generator

    from sqlalchemy import Connection

    from .catalog import Catalog
    from .foresight import Foreseen, Lookup
    from .revising import Reviser
    from .states import State

Plan = Callable[["Catalog"], Sequence["Lookup"]]
"""What will be looked up, by the catalog as it is."""


@attrs.frozen
class Work:
    """One transaction, the catalog that holds in it, and the changes it made.

    A *reviser* has a say before records are written.
    """

    _connection: Connection | None
    catalog: Catalog
    is_sqlite: bool
    changes: list[Change] = attrs.field(factory=list[Change], eq=False)
    reviser: Reviser | None = attrs.field(default=None, eq=False)
    foreseen: Foreseen | None = attrs.field(default=None, eq=False)

    @property
    def connection(self) -> Connection:
        """The transaction's connection.

        Raises:
            Unforeseen: there is none, as all is *foreseen*.
        """
        if self._connection is None:
            raise Unforeseen
        return self._connection

    def row(self, lookup: Lookup) -> Sequence[Any] | None:
        """Return what *lookup* finds.

        Raises:
            Unforeseen: there is no connection, and it was not foreseen.
        """
        if self.foreseen is not None:
            return self.foreseen.row(lookup)
        return self.connection.execute(lookup.statement, lookup.given).first()

    def hold(self, name: str) -> None:
        """Wait for transactions that hold what is called *name*, and hold it.

        On SQLite all writers wait for each other anyway.
        """
        if not self.is_sqlite:
            key = func.hashtext(name)
            self.connection.execute(select(func.pg_advisory_xact_lock(key)))

    @contextmanager
    def attempt(self) -> Generator[None]:
        """Open a transaction inside this one; an error that leaves it undoes it."""
        noted = len(self.changes)
        try:
            with self.connection.begin_nested():
                yield
        except BaseException:
            del self.changes[noted:]
            raise


class Store:
    """Everything that one app keeps in a database, which may work so many *seconds*."""

    def __init__(self, url: str, app: str, seconds: float = 0) -> None:
        self._database = Database(url, app, seconds)
        self._catalog: Catalog | None = None
        self.observers = Observers()
        self.start: State | None = None
        try:
            if self._install(app):
                self.start = self.state()
        except BaseException:
            self.close()
            raise

    @contextmanager
    def read(self) -> Generator[Work]:
        """Open a transaction that only reads."""
        with self._database.read(catalog.VERSION) as (connection, version):
            yield self._work(connection, version)

    def foresee(self, plan: Plan) -> Work:
        """Return what can be read by the lookups of *plan*, all of it at one time.

        Raises:
            Unforeseen: they may not be enough, or a transaction would be as fast.
        """
        known = self._catalog
        if known is None or self._database.is_sqlite:
            raise Unforeseen
        lookups = plan(known)
        try:
            with self._database.glance() as connection:
                found = foresight.foresee(connection, lookups)
        except DBAPIError as error:
            if is_over(error):
                raise
            # a table may have changed; a transaction finds out
            raise Unforeseen from None
        if found.version != known.version:
            raise Unforeseen
        return Work(None, known, is_sqlite=False, foreseen=found)

    @contextmanager
    def write(self) -> Generator[Work]:
        """Open a transaction; it is undone if an error leaves it.

        Its changes are told to the observers when it is committed.
        """
        with self._database.write(catalog.VERSION) as (connection, version):
            work = self._work(connection, version)
            yield work
        self.observers.tell(work.changes)

    @contextmanager
    def connect(self) -> Generator[Connection]:
        """Give a connection that begins a transaction when it is first used."""
        with self._database.connect() as connection:
            yield connection

    def leave_memory(self) -> str | None:
        """Put what is in memory into a file; return its name if that was needed."""
        return self._database.leave_memory()

    def extend(self, wanted: migration.Columns, *, may_migrate: bool = True) -> bool:
        """Make the types and columns of *wanted* that are missing; return if any was.

        This is a transaction of its own, so that no data waits for it.

        Raises:
            Conflict: one is there of another kind, or nothing may be made.
        """
        if not migration.needs(self._latest(), wanted, may_migrate=may_migrate):
            return False
        with self._database.write() as (connection, _):
            migration.lock(connection, is_sqlite=self._database.is_sqlite)
            known = self._work(connection, catalog.version(connection)).catalog
            absent = migration.missing(known, wanted)
            if absent:
                migration.extend(connection, known, absent)
            return bool(absent)

    def state(self) -> State:
        """Return everything as it is now, to be put back by `restore()`."""
        return states.take(self._database)

    def restore(self, state: State) -> None:
        """Make everything what it was in *state*."""
        states.put(self._database, state)
        self._catalog = None

    @property
    def watched(self) -> frozenset[str]:
        """The record types that a subscription is for, or was, when last was looked."""
        return frozenset() if self._catalog is None else self._catalog.watched

    def close(self) -> None:
        """Close every connection."""
        self._database.close()

    def _work(self, connection: Connection, version: int) -> Work:
        known = self._catalog
        if known is not None and known.version == version:
            return Work(connection, known, self._database.is_sqlite)
        found = catalog.load(connection, version)
        if known is None or known.version < version:
            self._catalog = found
        return Work(connection, found, self._database.is_sqlite)

    def _latest(self) -> Catalog:
        """Return the catalog as it was when this request or another looked last."""
        if (known := self._catalog) is not None:
            return known
        with self.read() as work:
            return work.catalog

    def _install(self, app: str) -> bool:
        """Make what an app needs; return whether nothing was there."""
        is_sqlite = self._database.is_sqlite
        with self._database.write() as (connection, _):
            migration.lock(connection, is_sqlite=is_sqlite)
            if not is_sqlite:
                postgres.install(connection, f"app_{app.lower()}")
            return migration.install(connection, is_sqlite=is_sqlite)
