"""References: what an id, a code or a name refers to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, or_

from skysyn.dialects.accsyn.refusals import unknown
from skysyn.dialects.accsyn.values import is_id

from .attributes import TARGETS
from .tables import ARCHIVED, JOBS, SHARES, USERS

if TYPE_CHECKING:
    from .context import Context
    from .tables import Family
    from .work import Row, Work


def resolve(context: Context, name: str, text: str) -> str:
    """Return the id that the attribute *name* means by *text*.

    Raises:
        NotFound: there is nothing of that id, code or name.
    """
    for family in TARGETS.get(name, ()):
        found = look_up(context.work, family, text)
        if found is not None and (name != "queue" or found["_kind"] == "queue"):
            return str(found["id"])
    msg = f"{name} {text:.80}"
    raise unknown(msg)


def look_up(work: Work, family: Family, text: str) -> Row | None:
    """Return what has *text* as its id or code, or a queue as its name."""
    table = family.table
    alive = table.c[ARCHIVED].is_(False)
    if is_id(text.strip().lower()):
        return work.one(table, table.c.id == text.strip().lower(), alive)
    named = table.c["_key"] == text.strip().lower()
    if family is JOBS:
        same = func.lower(table.c.name) == text.strip().lower()
        queue = table.c["_kind"] == "queue"
        return work.one(table, queue, or_(named, same), alive)
    return work.one(table, named, alive)


def default_queue(work: Work, kind: str = "transfer") -> Row | None:
    """Return the queue that new jobs of a kind go to."""
    table = JOBS.table
    name = "compute_default" if kind == "compute" else "default"
    return work.one(
        table,
        table.c["_kind"] == "queue",
        table.c[name].is_(True),
        table.c[ARCHIVED].is_(False),
    )


def default_volume(work: Work) -> Row | None:
    """Return the volume that folders and homes are made on."""
    table = SHARES.table
    return work.one(
        table,
        table.c["_kind"] == "volume",
        table.c["default"].is_(True),
        table.c[ARCHIVED].is_(False),
    )


def user_of(work: Work, text: str) -> Row | None:
    """Return the user with this id or email."""
    return look_up(work, USERS, text.strip().lower().removeprefix("user:"))
