"""Databases of a Skygear app, by name."""

from __future__ import annotations

from skysyn.errors import QueryError

NAMED = ("_public", "_private", "_union")


def check_database(name: object) -> None:
    """Raise QueryError unless *name* can be a database: a known one, or a user's id."""
    if name in NAMED:
        return
    if isinstance(name, str) and name and not name.startswith("_"):
        return
    msg = (
        f"no database {name!r}: there are _public, _private, _union (master key), "
        "and each user's by the user's id"
    )
    raise QueryError(msg)
