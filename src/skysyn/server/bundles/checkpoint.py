"""Checkpoints: how far an import is, noted with the rows that it wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
from sqlalchemy import (
    Column,
    Integer,
    MetaData,
    Table,
    Text,
    insert,
    inspect,
    select,
    update,
)

from skysyn.errors import TargetTaken

if TYPE_CHECKING:
    from sqlalchemy import Connection

_TABLE = Table(
    "_skysyn_import",
    MetaData(),
    Column("step", Text, primary_key=True),
    Column("bundle", Text, nullable=False),
    Column("done", Integer, nullable=False),
)


def unfinished(connection: Connection, schema: str | None) -> str | None:
    """Return the hash of the bundle that is being imported, or None."""
    if not inspect(connection).has_table(_TABLE.name, schema=schema):
        return None
    asked = select(_TABLE.c.bundle).limit(1)
    found: str = connection.execute(asked).scalar_one()
    return found


def begin(connection: Connection, bundle: str, steps: list[str]) -> None:
    """Note that nothing is done yet."""
    _TABLE.create(connection)
    rows = [{"step": step, "bundle": bundle, "done": 0} for step in ["", *steps]]
    connection.execute(insert(_TABLE), rows)


def finish(connection: Connection) -> None:
    """Forget the import, which is whole."""
    _TABLE.drop(connection)


def done(connection: Connection, step: str) -> int:
    """Return how many rows of a step are written."""
    asked = select(_TABLE.c.done).where(_TABLE.c.step == step)
    found: int = connection.execute(asked).scalar_one()
    return found


@attrs.frozen
class Advance:
    """The next rows of a step: from *start* on, *count* of them."""

    step: str
    start: int
    count: int

    def note(self, connection: Connection) -> None:
        """Note that the rows are written with this transaction.

        Raises:
            TargetTaken: somebody else wrote them.
        """
        here = (_TABLE.c.step == self.step) & (_TABLE.c.done == self.start)
        changed = connection.execute(
            update(_TABLE).where(here).values(done=self.start + self.count)
        )
        if changed.rowcount != 1:
            msg = "another process imports into the same app: let it finish"
            raise TargetTaken(msg)
