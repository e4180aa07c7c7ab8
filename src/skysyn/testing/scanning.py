"""Scanning: secrets that are written out in cassettes, by file and line."""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import attrs

from skysyn.errors import CassetteError

from . import files
from .aliases import MIN_LENGTH, PATTERN, Aliases
from .encodings import rewrite
from .languages import language_of
from .sealing import Seal
from .standins import StandIns

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from .files import Recording
    from .questions import Language

VARIABLES = (
    "SKYGEAR_API_KEY",
    "SKYGEAR_ACCESS_TOKEN",
    "ACCSYN_API_KEY",
    "ACCSYN_SESSION_KEY",
)
"""What the environment may hold that no file may."""

_TELLING = {
    "private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
    "web token": re.compile(r"\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}"),
    "access key": re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
}
_ALL = datetime.max.replace(tzinfo=UTC)


@attrs.frozen(order=True)
class Finding:
    """A secret at *line* of *path*; *kind* says of what kind, and never what it is."""

    path: Path
    line: int
    kind: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.kind} is written out"


def cassettes_in(places: Iterable[Path]) -> Iterator[Path]:
    """Yield the files that *places* are, or that are below them."""
    for place in places:
        if place.is_dir():
            below = sorted([*place.rglob("*.yaml"), *place.rglob("*.yml")])
            yield from (path for path in below if path.is_file())
        else:
            yield place


def scan(path: Path, environ: Mapping[str, str] | None = None) -> list[Finding]:
    """Return the secrets that the cassette at *path* shows.

    Raises:
        CassetteError: it cannot be read.
    """
    recording = files.load(path)
    if recording is None:
        msg = "there is no such file"
        raise CassetteError(msg, path=str(path))
    variables = os.environ if environ is None else environ
    aliases = Aliases()
    for name in VARIABLES:
        aliases.learn(name.lower(), [variables.get(name, "")])
    Seal(_language(recording, path), aliases, StandIns(_ALL, _ALL)).seal(
        recording.exchanges
    )
    lines = path.read_text("utf-8").splitlines()
    return sorted({*_known(path, lines, aliases), *_telling(path, lines)})


def _language(recording: Recording, path: Path) -> Language:
    """Return the language of a recording; the folder names it if another tool wrote."""
    if recording.facts is not None:
        return language_of(recording.facts.service)
    return language_of("accsyn" if "accsyn" in path.parts else "skygear")


def _known(path: Path, lines: list[str], aliases: Aliases) -> Iterator[Finding]:
    for secret, alias in aliases.names.items():
        kind = _kind(alias)
        for number, line in enumerate(lines, 1):
            if _shows(line, secret, alias):
                yield Finding(path, number, kind)


def _shows(line: str, secret: str, alias: str) -> bool:
    if len(secret) < MIN_LENGTH:
        # one that is so short counts where it stands by itself
        return re.search(rf"(?<![\w-]){re.escape(secret)}(?![\w-])", line) is not None
    one = Aliases({secret: alias})
    return rewrite(line, one.change) != line


def _telling(path: Path, lines: list[str]) -> Iterator[Finding]:
    for number, line in enumerate(lines, 1):
        for kind, pattern in _TELLING.items():
            if pattern.search(line) and not PATTERN.fullmatch(line.strip()):
                yield Finding(path, number, f"a {kind}")


def _kind(alias: str) -> str:
    return f"a secret ({alias.split('.')[1].replace('-', ' ')})"
