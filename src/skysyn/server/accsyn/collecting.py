"""Collecting: the files of collections."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from uuid import uuid4

from skysyn.dialects.accsyn.places import Place
from skysyn.dialects.accsyn.refusals import denied, invalid, unknown
from skysyn.errors import ConversionError

from .finding import Finding
from .standpoint import measure
from .tables import FILES, SHARES

if TYPE_CHECKING:
    from .context import Context
    from .work import Row


def writable_collection(context: Context, key: str | None) -> Row:
    """Return the collection with this id.

    Raises:
        RemoteError: there is none, or the caller may not change it.
    """
    found = context.work.get(SHARES.table, key or "")
    finding = Finding.of(context, "collection")
    if found is not None and not finding.is_writable(str(found["id"])):
        what = "collection write"
        raise denied(what)
    if found is None or found["_kind"] != "collection" or found["_archived"]:
        msg = f"collection {key!s:.80}"
        raise unknown(msg)
    return found


def add(context: Context, collection: str, paths: list[str]) -> list[Row]:
    """Put files into a collection; what is there already stays once."""
    table = FILES.table
    known = {
        str(row["path"]): row
        for row in context.work.rows(table, table.c["_collection"] == collection)
    }
    found: list[Row] = []
    for text in paths:
        _check(text)
        row = known.get(text)
        if row is None:
            row = _row(context, collection, text)
            context.work.insert(table, row)
            known[text] = row
        found.append(row)
    return found


def _check(text: str) -> None:
    try:
        place = Place.parse(text)
    except ConversionError as error:
        msg = f"collection.files: {error}"
        raise invalid(msg) from None
    if place.host is not None or (place.root is None and place.path.startswith("/")):
        msg = f"collection.files: {text!r:.80} is no place in a share"
        raise invalid(msg)


def _row(context: Context, collection: str, text: str) -> Row:
    place = Place.parse(text)
    size = measure(context, text)
    return {
        "id": str(uuid4()),
        "_kind": "file",
        "_archived": False,
        "_collection": collection,
        "path": text,
        "filename": PurePosixPath(place.path or str(place)).name,
        "size": size,
        "is_dir": text.endswith("/"),
    }


def remove(context: Context, collection: str, files: list[str]) -> bool:
    """Take files out of a collection; return whether any was in it."""
    table = FILES.table
    mine = table.c["_collection"] == collection
    return context.work.delete(table, mine, table.c.id.in_(files)) > 0
