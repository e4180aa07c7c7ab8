"""Inserting: of rows that may be there, in each kind of database's own way."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy import Table
    from sqlalchemy.dialects import postgresql, sqlite

    from .store import Work


def inserting(work: Work, table: Table) -> sqlite.Insert | postgresql.Insert:
    """Return an insert to *table* that can say what is done if a row is there."""
    # not at the top: SQLAlchemy loads the kind of database that is used, no other
    if work.is_sqlite:
        from sqlalchemy.dialects import sqlite  # noqa: PLC0415  # as said

        return sqlite.insert(table)
    from sqlalchemy.dialects import postgresql  # noqa: PLC0415  # as said

    return postgresql.insert(table)
