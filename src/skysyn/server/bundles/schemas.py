"""Schemas: the record types of a bundle are made in an app that has none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
from sqlalchemy import delete

from skysyn.server.store import catalog, migration
from skysyn.server.store.kinds import Kind

from .parts import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import Connection

    from skysyn.server.store import Work

    from .lines import Row

_KEYS = ("username", "email")
"""Fields of users that a fresh app has with an index, which keeps them apart."""


@attrs.frozen
class Described:
    """A record type of a bundle, and those of its fields that come late.

    A late field refers to records that are not there yet when its own are written.
    """

    name: str
    fields: Mapping[str, Kind]
    late: frozenset[str] = frozenset()


def describe(rows: Iterable[Row]) -> list[Described]:
    """Return the types of a bundle, each after those it refers to if that can be."""
    waiting = {
        row["name"]: {f["name"]: Kind(f["kind"], f["target"]) for f in row["fields"]}
        for row in rows
    }
    ready, found = set[str](), list[Described]()
    while waiting:
        name = min(waiting, key=lambda n: (bool(_late(waiting[n], {*ready, n})), n))
        fields = waiting.pop(name)
        found.append(Described(name, fields, _late(fields, ready)))
        ready.add(name)
    return found


def make(work: Work, types: Iterable[Described]) -> None:
    """Give a fresh app these types, and empty its tables."""
    connection, wanted = work.connection, {t.name: dict(t.fields) for t in types}
    for table in reversed(TABLES):
        connection.execute(delete(table))
    _fit_users(connection, work.catalog, wanted.setdefault("user", {}))
    known = catalog.load(connection, catalog.version(connection))
    for name, owner in known.types.items():
        for field in owner.fields:
            wanted[name].pop(field)
    migration.extend(connection, known, wanted)
    for table in TABLES:
        if table.name == "_skysyn_counter":
            connection.execute(delete(table))


def _late(fields: Mapping[str, Kind], ready: set[str]) -> frozenset[str]:
    return frozenset(
        name
        for name, kind in fields.items()
        if kind.name == "ref" and kind.target not in ready
    )


def _fit_users(
    connection: Connection, known: catalog.Catalog, wanted: Mapping[str, Kind]
) -> None:
    """Rename or drop what users have in a fresh app, and not in the bundle."""
    keys = [n for n, kind in wanted.items() if kind.name == "citext" and n not in _KEYS]
    owner = known.types["user"]
    unlike = [f.name for f in owner.fields.values() if wanted.get(f.name) != f.kind]
    for name in sorted(unlike, reverse=True):
        if name in _KEYS and keys:
            migration.rename(connection, owner, name, keys.pop(0))
            continue
        migration.drop(connection, owner, name)
