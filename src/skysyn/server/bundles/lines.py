"""Lines: rows as JSON, each with a hash of its own, so that damage has a place."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from skysyn.errors import DamagedBundle

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from .report import Entry

Row = dict[str, Any]
_START, _MIDDLE, _END = b'{"row":', b',"sha256":"', b'"}\n'
_TAIL = len(_MIDDLE) + 64 + len(_END)


def dump(row: Mapping[str, Any]) -> bytes:
    """Return *row* as a line that is the same wherever it is written.

    Raises:
        ValueError: a number in it is not finite.
    """
    text = json.dumps(
        row,
        ensure_ascii=False,
        allow_nan=False,
        sort_keys=True,
        separators=(",", ":"),
    )
    return _frame(text.encode())


def load(line: bytes) -> Row | None:
    """Return the row in *line*, or None if it is damaged."""
    text = line[len(_START) : -_TAIL]
    if _frame(text) != line:
        return None
    row: Row = json.loads(text)
    return row


def read(folder: Path, entry: Entry) -> Iterator[Row]:
    """Yield the rows of a part.

    Raises:
        DamagedBundle: they are not those that were written.
    """
    name, whole, count = path(entry.kind, entry.name), hashlib.sha256(), 0
    if not (folder / name).is_file():
        raise damaged(name, 0, "it is missing")
    with (folder / name).open("rb") as file:
        for line in file:
            count += 1
            row = load(line)
            if row is None:
                raise damaged(name, count, "its sha256 is another one")
            whole.update(line)
            yield row
    if (count, whole.hexdigest()) != (entry.rows, entry.sha256):
        said = f"it has {count} lines of {entry.rows}, or others than were written"
        raise damaged(name, count, said)


def path(kind: str, name: str) -> str:
    """Return where in a bundle the part *name* is; any name may be a record type."""
    if kind == "schema":
        return "schema.jsonl"
    folder = "records" if kind == "records" else "tables"
    plain = name.isascii() and name.replace("_", "").isalnum() and name.islower()
    if plain and len(name) <= 60:
        return f"{folder}/{name.lstrip('_') if kind == 'table' else name}.jsonl"
    digest = hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()
    return f"{folder}/{digest[:32]}~.jsonl"


def damaged(file: str, line: int, what: str) -> DamagedBundle:
    """Return the error that says where a bundle is damaged."""
    where = f"{file}:{line}" if line else file
    msg = f"{where} is damaged: {what}; copy the bundle again, or export again"
    return DamagedBundle(msg, file=file, line=line)


def _frame(text: bytes) -> bytes:
    digest = hashlib.sha256(text).hexdigest().encode()
    return b"".join((_START, text, _MIDDLE, digest, _END))
