"""Manifests: a folder is a bundle when its manifest is there, which comes last."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import attrs
import msgspec

from skysyn.errors import NewerBundle, NotABundle

from .report import Entry

if TYPE_CHECKING:
    from pathlib import Path

NAME = "manifest.json"
_FORMAT, _VERSION = "skysyn bundle", 1


@attrs.frozen
class Bundle:
    """A whole bundle: its folder, its parts, and the hash of its manifest."""

    folder: Path
    parts: tuple[Entry, ...]
    sha256: str

    def part(self, kind: str, name: str) -> Entry | None:
        """Return one part, or None if there is no such."""
        found = (p for p in self.parts if (p.kind, p.name) == (kind, name))
        return next(found, None)

    def has(self, entry: Entry) -> bool:
        """Whether a part is *entry*; an empty table need not be listed."""
        found = self.part(entry.kind, entry.name)
        return entry == found or (found is None and not entry.rows)


def dump(parts: list[Entry]) -> bytes:
    """Return the manifest of *parts*."""
    listed = [attrs.asdict(part) for part in parts]
    whole = {"format": _FORMAT, "version": _VERSION, "parts": listed}
    return json.dumps(whole, ensure_ascii=False, indent=1).encode() + b"\n"


def open_bundle(folder: Path) -> Bundle:
    """Return the bundle in *folder*.

    Raises:
        NotABundle: there is none, or it is not finished.
        NewerBundle: a later version wrote it.
    """
    try:
        content = (folder / NAME).read_bytes()
    except OSError as error:
        msg = f"{folder} is no bundle, or an unfinished one: it has no {NAME}; "
        raise NotABundle(msg + "name a folder that `skysyn export` made") from error
    try:
        whole: Any = json.loads(content)
        return Bundle(folder, _parts(whole), hashlib.sha256(content).hexdigest())
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        msg = f"{folder} is no bundle: its {NAME} says something else; "
        raise NotABundle(msg + "name a folder that `skysyn export` made") from error


def _parts(whole: Any) -> tuple[Entry, ...]:
    if whole["format"] != _FORMAT:
        raise ValueError(whole["format"])
    if whole["version"] > _VERSION:
        msg = f"the bundle has format {whole['version']}, and this skysyn knows "
        msg += f"{_VERSION}: use a newer one"
        raise NewerBundle(msg)
    return tuple(msgspec.convert(whole["parts"], list[Entry]))
