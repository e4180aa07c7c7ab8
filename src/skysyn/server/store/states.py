"""States: all that an app keeps in its database, taken and put back."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import psycopg

from skysyn.errors import StateError

from .catalog import VERSION
from .contents import Contents
from .migration import LOCK
from .pages import Pages

if TYPE_CHECKING:
    from collections.abc import Generator

    from sqlalchemy import Connection

    from .database import Database

State = Pages | Contents


def take(database: Database) -> State:
    """Return what is in *database* now."""
    with _driver(database) as (connection, _):
        if isinstance(connection, sqlite3.Connection):
            return Pages.take(connection)
        return Contents.take(connection)


def put(database: Database, state: State) -> None:
    """Replace everything in *database*; nobody sees it done in part.

    Its catalog gets a version that it never had, so that every process reads it again.
    """
    with _driver(database) as (connection, version):
        match connection, state:
            case sqlite3.Connection(), Pages():
                state.put(connection)
            case psycopg.Connection(), Contents():
                state.put(connection, version + 1)
            case _:
                msg = "this was taken from another kind of database"
                raise StateError(msg)


@contextmanager
def _driver(
    database: Database,
) -> Generator[tuple[sqlite3.Connection | psycopg.Connection[Any], Any]]:
    """Give the driver's own connection while nobody else changes the schema.

    On PostgreSQL it is in a transaction, and the catalog's version comes with it.
    """
    if database.is_sqlite:
        with database.alone() as connection:
            yield _known(connection), None
        return
    with database.write(f"{LOCK}; {VERSION}") as (connection, version):
        yield _known(connection), version


def _known(connection: Connection) -> sqlite3.Connection | psycopg.Connection[Any]:
    found = connection.connection.driver_connection
    if not isinstance(found, (sqlite3.Connection, psycopg.Connection)):
        msg = f"{type(found)} is no connection that is known here"
        raise StateError(msg)
    return found  # pyright: ignore[reportUnknownVariableType]  # its rows may be any
