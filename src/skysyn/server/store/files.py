"""Files: what the database knows about them; their bytes are elsewhere."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sqlalchemy import insert, select, update

from . import system

if TYPE_CHECKING:
    from skysyn.models import JSON

    from .store import Work

_CONTENT_TYPE = re.compile(r"[\x20-\x7e]{1,255}")


def is_content_type(text: str) -> bool:
    """Whether *text* can stand in a header."""
    return bool(_CONTENT_TYPE.fullmatch(text))


def content_type(work: Work, name: str) -> str | None:
    """Return the content type of the file *name*, or None if it is not known."""
    asked = select(system.asset.c.content_type).where(system.asset.c.id == name)
    found: str | None = work.connection.execute(asked).scalar()
    return found


def names(work: Work) -> frozenset[str]:
    """Return the names of all files."""
    return frozenset(work.connection.execute(select(system.asset.c.id)).scalars())


def announce(work: Work, name: str, kind: str, size: int) -> None:
    """Make a file known."""
    row = {"id": name, "content_type": kind, "size": size}
    work.connection.execute(insert(system.asset), row)


def note(work: Work, name: str, kind: str, size: int) -> None:
    """Note what was received of a known file."""
    work.connection.execute(
        update(system.asset)
        .where(system.asset.c.id == name)
        .values(content_type=kind, size=size)
    )


def dump(name: str, kind: str | None, url: str) -> dict[str, JSON]:
    """Return the wire form of a file."""
    dumped: dict[str, JSON] = {"$type": "asset", "$name": name}
    if kind is not None:
        dumped["$content_type"] = kind
    return {**dumped, "$url": url}
