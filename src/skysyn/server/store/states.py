"""States: all that an app keeps in its database, taken and put back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skysyn.errors import StateError

from .pages import Pages

if TYPE_CHECKING:
    from typing import TypeAlias

    from .contents import Contents
    from .database import Database

    State: TypeAlias = Pages | Contents


def take(database: Database) -> State:
    """Return what is in *database* now."""
    if database.is_sqlite:
        return Pages.take(database)
    # not at the top: a server on SQLite should not need PostgreSQL's driver
    from .contents import Contents  # noqa: PLC0415  # only when it is wanted

    return Contents.take(database)


def put(database: Database, state: State) -> None:
    """Replace everything in *database*; nobody sees it done in part.

    Its catalog gets a version that it never had, so that every process reads it again.

    Raises:
        StateError: *state* is of another kind of database.
    """
    if database.is_sqlite != isinstance(state, Pages):
        msg = "this was taken from another kind of database"
        raise StateError(msg)
    state.put(database)
