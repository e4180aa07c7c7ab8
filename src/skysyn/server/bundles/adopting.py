"""Adopting: the app of a real Skygear server becomes one of the local server."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import attrs

from skysyn.errors import BundleError

from . import contents, exporting, skygear, source
from .importing import import_bundle
from .report import ignore
from .space import explained

if TYPE_CHECKING:
    from .place import Original, Place
    from .report import Report, Watch


def import_skygear(original: Original, place: Place, watch: Watch = ignore) -> Report:
    """Make an app of what a real Skygear server has, in which nothing is changed.

    It is read in one transaction that cannot write, into a bundle that is then
    imported, so that every count and every hash is compared in the end.

    Raises:
        BundleError: there is no such app, or it cannot be imported.
    """
    if not original.database.startswith(("postgresql:", "postgres:")):
        msg = "Skygear keeps its apps in PostgreSQL: say where by postgresql://…"
        raise BundleError(msg)
    with TemporaryDirectory(prefix="skysyn-") as name:
        folder = Path(name)

        def keep(file: str) -> str | None:
            found = _file(original, file)
            return None if found is None else contents.copy(found, folder)

        with explained(), source.snapshot(original) as connection:
            found = skygear.find(connection, original.app)
            left_out = skygear.left_out(connection, found)
            with exporting.claimed(folder, ""):
                exporting.write(folder, skygear.read(connection, found, keep), watch)
        report = import_bundle(folder, place, watch)
    return attrs.evolve(report, left_out=left_out)


def _file(original: Original, name: str) -> Path | None:
    """Return where the original has a file; its name may not lead elsewhere."""
    if original.assets is None:
        return None
    folder = original.assets.resolve()
    found = (folder / name).resolve()
    return found if found.is_relative_to(folder) and found.is_file() else None
