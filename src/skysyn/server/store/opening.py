"""Opening: transactions of PostgreSQL that begin with a question, in one message."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import event

if TYPE_CHECKING:
    from psycopg import Cursor
    from sqlalchemy import Engine

WRITING = "BEGIN"
READING = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
"""What reads sees one moment, as it does on SQLite anyway.

Else who loses a role might be shown what its holders may see only later.
"""


def teach(engine: Engine) -> None:
    """Let *engine* execute `BEGIN; SELECT …`; its answer is that of the last part."""
    event.listen(engine, "do_execute", _open)


def _open(cursor: Cursor[Any], statement: str, *_: object) -> bool:
    """Return whether *statement* is one, which is executed then."""
    if not statement.startswith(WRITING):
        return False
    cursor.execute(statement.encode(), prepare=False)
    while cursor.nextset():
        pass
    return True
