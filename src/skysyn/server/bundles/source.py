"""Sources: an app of the local server, read as it is at one moment."""

from __future__ import annotations

import hashlib
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import inspect

from skysyn.errors import BundleError
from skysyn.server.assets import open_assets
from skysyn.server.store import catalog, system
from skysyn.server.store.database import Database, read_url

if TYPE_CHECKING:
    from collections.abc import Generator

    from sqlalchemy import Connection

    from skysyn.server.assets import Assets

    from .place import Original, Place


def assets_of(place: Place) -> Assets | None:
    """Return the files of an app."""
    return None if place.assets is None else open_assets(place.assets, {})


def identity(place: Place) -> str:
    """Return a hash that tells one app from another."""
    url = place.database
    if "://" in url:
        url = read_url(url).set(password=None).render_as_string()
    else:
        url = str(Path(url).absolute())
    return hashlib.sha256(f"{url}\n{place.app}".encode()).hexdigest()


@contextmanager
def snapshot(place: Place | Original) -> Generator[Connection]:
    """Open a transaction that sees one moment of a database and cannot write."""
    with closing(Database(place.database, place.app)) as database:
        _find_file(database)
        with database.read() as (connection, _):
            yield connection


def load_types(connection: Connection, place: Place) -> catalog.Catalog:
    """Return the record types of an app.

    Raises:
        BundleError: there is no such app.
    """
    schema = None if connection.dialect.name == "sqlite" else f"app_{place.app.lower()}"
    if not inspect(connection).has_table(system.version.name, schema=schema):
        raise _absent(place)
    return catalog.load(connection, catalog.version(connection))


def _find_file(database: Database) -> None:
    """Look for a file of SQLite's, as opening it would make an empty one."""
    name = database.file
    if database.is_sqlite and (not name or not Path(name).is_file()):
        msg = f"there is no database in {name or 'memory'}: say where by --database"
        raise BundleError(msg)


def _absent(place: Place | Original) -> BundleError:
    msg = f"the database holds no app {place.app!r}: say which by --app"
    return BundleError(msg)
