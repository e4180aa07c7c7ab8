"""Where accsyn's settings come from: arguments, a named file, the environment."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from skysyn.errors import DeclarationError

if TYPE_CHECKING:
    from collections.abc import Mapping

WORKSPACE = ("ACCSYN_WORKSPACE", "ACCSYN_DOMAIN", "ACCSYN_ORG")
USER = ("ACCSYN_API_USER",)
KEY = ("ACCSYN_API_KEY",)
SESSION_KEY = ("ACCSYN_SESSION_KEY",)
PROXY = "ACCSYN_PROXY"
FILE = "ACCSYN_CREDENTIALS_PATH"


def named_file() -> Path | None:
    """Return the file that the environment names, if it names one."""
    path = os.environ.get(FILE)
    return Path(path) if path else None


def setting(names: tuple[str, ...], file: Path | None) -> str | None:
    """Return the first of *names* that the *file* sets, else the environment."""
    sources: list[Mapping[str, str]] = [os.environ]
    if file is not None:
        sources.insert(0, read_file(file))
    for source in sources:
        for name in names:
            if source.get(name):
                return source[name]
    return None


def proxy_named(file: Path | None) -> str:
    """Return the `proxy=` that the *file* names, else that of the environment."""
    return (file and read_file(file).get(PROXY)) or f"env:{PROXY}"


def read_file(path: Path) -> dict[str, str]:
    """Return what the lines `ACCSYN_…=value` of *path* say; others are left alone.

    Blank lines and lines that open with `#` say nothing; one pair of quotes around a
    value is taken off. Nothing is put into the environment.

    Raises:
        DeclarationError: the file cannot be read.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        msg = f"the credentials file {path} cannot be read: {error}"
        raise DeclarationError(msg) from error
    found: dict[str, str] = {}
    for line in lines:
        name, equals, value = line.partition("=")
        if equals and name.strip().startswith("ACCSYN_"):
            found[name.strip()] = _unquoted(value.strip())
    return found


def _unquoted(text: str) -> str:
    is_quoted = len(text) > 1 and text[0] == text[-1] and text[0] in "\"'"
    return text[1:-1] if is_quoted else text
