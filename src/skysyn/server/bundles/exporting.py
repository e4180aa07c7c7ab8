"""Exporting: an app is written to a folder, whose manifest comes last."""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from skysyn.errors import TargetTaken
from skysyn.server.store import system

from . import contents, manifest, parts, source
from .report import Report, ignore
from .space import explained

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable
    from pathlib import Path

    from .parts import Part
    from .place import Place
    from .report import Entry, Watch

_MARK = "unfinished"
_LOCK = "unfinished.lock"


def export_bundle(place: Place, folder: Path, watch: Watch = ignore) -> Report:
    """Write an app to *folder*; go on if an export of the same app was cut short.

    The rows are those of one moment; files that were copied are not copied again.

    Raises:
        TargetTaken: *folder* holds something else.
        BundleError: there is no such app, or it cannot be written.
    """
    assets = source.assets_of(place)

    def keep(name: str) -> str | None:
        return contents.keep(contents.needed(assets), name, folder)

    with explained(), source.snapshot(place) as connection:
        types = source.load_types(connection, place).types.values()
        with claimed(folder, source.identity(place)):
            return write(folder, parts.stored(connection, types, keep), watch)


@contextmanager
def claimed(folder: Path, identity: str) -> Generator[None]:
    """Hold *folder* for the app of this *identity*; nobody else writes there.

    Raises:
        TargetTaken: it holds a bundle, or anything else, or another process has it.
    """
    _check(folder, identity)
    # there are hashes of passwords in it
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = folder / _LOCK
    try:
        with FileLock(lock, timeout=0):
            # another process may have finished since it was looked at
            _check(folder, identity)
            (folder / _MARK).write_text(identity)
            yield
            lock.unlink()
    except Timeout:
        msg = f"another process exports to {folder}: name another folder"
        raise TargetTaken(msg) from None


def _check(folder: Path, identity: str) -> None:
    mark = folder / _MARK
    if (folder / manifest.NAME).exists():
        msg = f"{folder} holds a whole bundle, which is kept: name another folder"
        raise TargetTaken(msg)
    if mark.is_file() and mark.read_text() == identity:
        return
    if folder.exists() and (not folder.is_dir() or _has_others(folder)):
        msg = f"{folder} is not empty, and holds no unfinished export of this app: "
        raise TargetTaken(msg + "name another folder")


def write(folder: Path, found: Iterable[Part], watch: Watch) -> Report:
    """Write parts to a folder that was claimed; return what they are."""
    missing = list[str]()
    entries = [_write_part(folder, part, watch, missing) for part in found]
    content = manifest.dump(entries)
    draft = folder / f"{manifest.NAME}.part"
    with draft.open("wb") as file:
        file.write(content)
        file.flush()
        contents.sync(file.fileno())
    draft.replace(folder / manifest.NAME)
    (folder / _MARK).unlink()
    digest = hashlib.sha256(content).hexdigest()
    return Report(tuple(entries), digest, len(missing))


def _write_part(folder: Path, part: Part, watch: Watch, missing: list[str]) -> Entry:
    target = folder / part.file
    target.parent.mkdir(exist_ok=True)
    with target.open("wb") as file:
        note = partial(_note, missing) if part.name == system.asset.name else len

        def keep(line: bytes) -> None:
            file.write(line)
            note(line)

        entry = part.digest(watch, keep)
        file.flush()
        contents.sync(file.fileno())
    return entry


def _note(missing: list[str], line: bytes) -> int:
    """Note a file that is known by name only."""
    if b'"sha256":null' in line:
        missing.append("")
    return 0


def _has_others(folder: Path) -> bool:
    """Whether more than an empty mark or lock is there, as a kill may leave them."""
    return any(
        item.name not in {_MARK, _LOCK} or not item.is_file() or item.stat().st_size
        for item in folder.iterdir()
    )
