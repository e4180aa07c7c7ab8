"""Checking: a bundle is read as a whole before anything is done with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skysyn.server.store import system

from . import contents, lines, manifest
from .parts import TABLES

if TYPE_CHECKING:
    from .lines import Row
    from .manifest import Bundle
    from .report import Entry, Watch

_PAGE = 1000


def check(bundle: Bundle, watch: Watch) -> int:
    """Return how many files have no content.

    Raises:
        DamagedBundle: something is not what was written.
    """
    known, missing = {table.name for table in TABLES}, 0
    for entry in bundle.parts:
        if entry.kind == "table" and entry.name not in known:
            raise lines.damaged(manifest.NAME, 0, f"it lists a table {entry.name}")
        for done, row in enumerate(lines.read(bundle.folder, entry), 1):
            if entry.name == system.asset.name and entry.kind == "table":
                missing += _check_content(bundle, entry, done, row)
            if done % _PAGE == 0:
                watch(f"check {entry.name}", done, entry.rows)
        watch(f"check {entry.name}", entry.rows, entry.rows)
    return missing


def schema_of(bundle: Bundle) -> list[Row]:
    """Return the record types of a bundle.

    Raises:
        DamagedBundle: they are not there, or others than those with records.
    """
    entry = bundle.part("schema", "schema")
    found = [] if entry is None else list(lines.read(bundle.folder, entry))
    records = [part.name for part in bundle.parts if part.kind == "records"]
    if sorted(records) != sorted(row["name"] for row in found):
        raise lines.damaged(manifest.NAME, 0, "it lists other records than the schema")
    return found


def _check_content(bundle: Bundle, entry: Entry, line: int, row: Row) -> bool:
    if row["sha256"] is None:
        return True
    file = contents.path(row["sha256"])
    if contents.digest(bundle.folder / file) != row["sha256"]:
        named = f"{lines.path(entry.kind, entry.name)}:{line} has another sha256 for it"
        raise lines.damaged(file, 0, named)
    return False
