"""Paths: the names below a share, out of text that nobody has checked."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import unquote

from skysyn.dialects.accsyn.refusals import denied, invalid, unknown

from .unfinished import is_unfinished

if TYPE_CHECKING:
    from collections.abc import Sequence

Names: TypeAlias = tuple[str, ...]
"""The way from a share's root to a file, name by name."""

_DEEPEST = 200
_LONGEST = 255


def split(text: str) -> Names:
    """Return the names in *text*; a backslash divides as a slash does.

    Raises:
        RemoteError: it leads out of the share, or no file can be called so.
    """
    names = tuple(
        name for name in text.replace("\\", "/").split("/") if name not in {"", "."}
    )
    if len(names) > _DEEPEST:
        msg = f"path: it is deeper than {_DEEPEST} folders"
        raise invalid(msg)
    for name in names:
        check(name)
    return names


def check(name: str) -> None:
    """Refuse a name that leads elsewhere, however it is spelled, or that is none."""
    if any(_leads_up(form) for form in _readings(name)):
        msg = f"path {name!r:.80} leads out of the share"
        raise denied(msg)
    if is_unfinished(name):
        # others would take it for data
        msg = f"{name} does not exist"
        raise unknown(msg)
    if any(unicodedata.category(character) in {"Cc", "Cs"} for character in name):
        msg = f"path: {name!r:.80} holds a character that names have not"
        raise invalid(msg)
    if len(name.encode()) > _LONGEST:
        msg = f"path: {name!r:.40}… is longer than {_LONGEST} bytes"
        raise invalid(msg)


def _leads_up(name: str) -> bool:
    parts = name.replace("\\", "/").split("/")
    return any(part.startswith("..") and not part.strip(". ") for part in parts)


def join(names: Sequence[str]) -> str:
    """Return the path of *names*, for people."""
    return "/".join(names)


def _readings(name: str) -> set[str]:
    """Return what others might take *name* for: decoded, or with its twins."""
    found = {name, unicodedata.normalize("NFKC", name)}
    for _ in range(3):
        found |= {unquote(form, errors="replace") for form in found}
        found |= {unicodedata.normalize("NFKC", form) for form in found}
    return found
