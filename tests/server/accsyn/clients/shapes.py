"""Shapes: what is compared of entities and files, typed and as the wire has them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from skysyn.accsyn import Entity, FileEntry


def seen(entity: Entity | None, *names: str) -> Any:
    """Return the named attributes of an entity as the wire has them."""
    if entity is None:
        return None
    return {name: getattr(entity, name) for name in names}


def files(entries: list[FileEntry] | tuple[FileEntry, ...]) -> Any:
    return [(entry.filename, entry.size, entry.is_dir) for entry in entries]


def wire_files(rows: Any) -> Any:
    return [(row["filename"], row["size"], row["type"] == 0) for row in rows]


def pick(row: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """Return the named members of a row."""
    return {name: row[name] for name in names}
