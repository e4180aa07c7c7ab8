"""Snapshot: an app as it was, with its files, for a server to go back to."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import attrs

from skysyn.errors import StateError

from .folder_assets import FolderAssets
from .store import files

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from contextlib import ExitStack

    from .context import Services
    from .store.states import State


@attrs.frozen
class Snapshot:
    """What was in the database, the sessions, and a folder with the files of then."""

    state: State = attrs.field(repr=False)
    sessions: Mapping[str, bytes] = attrs.field(repr=False)
    folder: Path | None = None
    names: frozenset[str] = frozenset()


def take(services: Services, until: ExitStack) -> Snapshot:
    """Return the app as it is now; its files are kept *until* that ends."""
    names = _names(services)
    state, sessions = services.store.state(), services.tokens.keep()
    if not names:
        return Snapshot(state, sessions)
    assets = _assets(services)
    # in the same folder, so that keeping a file takes no room
    assets.folder.mkdir(parents=True, exist_ok=True)
    made = TemporaryDirectory(prefix="kept-", dir=assets.folder)
    folder = Path(until.enter_context(made))
    _keep((assets.path(name) for name in names), folder)
    return Snapshot(state, sessions, folder, names)


def start_of(services: Services) -> Snapshot:
    """Return the app as it was when the server started.

    Raises:
        StateError: there was one already, of which nothing was kept.
    """
    state = services.store.start
    if state is None:
        msg = "the database held an app before this server started, which would be "
        msg += "lost: take a snapshot() and go back to that with reset(snapshot)"
        raise StateError(msg)
    return Snapshot(state, {})


def put(services: Services, snapshot: Snapshot) -> None:
    """Make the app what it was; nobody listens to any channel then."""
    services.notices.settle()
    services.pushing.settle()
    stored = _names(services)
    assets = _assets(services) if stored | snapshot.names else None
    services.store.restore(snapshot.state)
    services.tokens.put(snapshot.sessions)
    if assets is not None:
        for name in stored - snapshot.names:
            assets.path(name).unlink(missing_ok=True)
        for name in snapshot.names:
            _restore(assets.path(name), snapshot.folder)
    services.hubs.clear()
    services.pushing.recorder.clear()


def _assets(services: Services) -> FolderAssets:
    """Return the files of the app.

    Raises:
        StateError: they are not on this machine, and what is there cannot be kept.
    """
    if not isinstance(services.assets, FolderAssets):
        msg = "files that are kept by URL cannot be reset: start the server with a "
        msg += "folder of files, or with none"
        raise StateError(msg)
    return services.assets


def _names(services: Services) -> frozenset[str]:
    """Return which files there may be."""
    assets = services.assets
    if isinstance(assets, FolderAssets) and assets.is_empty():
        return frozenset()
    with services.store.read() as work:
        return files.names(work)


def _keep(paths: Iterable[Path], folder: Path) -> None:
    for path in paths:
        if path.exists():
            _link(path, folder / path.name)


def _restore(path: Path, folder: Path | None) -> None:
    kept = None if folder is None else folder / path.name
    if kept is None or not kept.exists():
        path.unlink(missing_ok=True)
    elif not path.exists() or not path.samefile(kept):
        part = kept.with_suffix(".part")
        _link(kept, part)
        path.parent.mkdir(parents=True, exist_ok=True)
        part.replace(path)


def _link(path: Path, to: Path) -> None:
    """Give a file a second name; files are replaced here, never written again."""
    try:
        os.link(path, to)
    except OSError:
        shutil.copy2(path, to)
