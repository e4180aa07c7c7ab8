"""Steps: what an import does, one part after the other."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import attrs

from skysyn.errors import TargetTaken
from skysyn.server.store import system

from . import contents, lines, loading
from .parts import TABLES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from skysyn.server.assets import Assets

    from .lines import Row
    from .loading import Write
    from .manifest import Bundle
    from .report import Entry
    from .schemas import Described

_ROWS, _FILES = 1000, 20


def _nothing(rows: Sequence[Row]) -> None:
    del rows


@attrs.frozen
class Step:
    """The rows of one part, and what writes *size* of them at once."""

    name: str
    folder: Path
    entry: Entry
    write: Write
    prepare: Callable[[Sequence[Row]], None] = _nothing
    size: int = _ROWS

    def read(self) -> Iterator[Row]:
        """Yield the rows."""
        return lines.read(self.folder, self.entry)


def plan(bundle: Bundle, types: list[Described], assets: Assets | None) -> list[Step]:
    """Return the steps that import a bundle: each needs only those before it."""
    steps = list[Step]()
    for table in TABLES:
        entry = bundle.part("table", table.name)
        if entry is not None:
            step = Step(
                f"write {table.name}", bundle.folder, entry, loading.into_table(table)
            )
            if table is system.asset:
                put = partial(_put, bundle.folder, assets)
                step = attrs.evolve(step, prepare=put, size=_FILES)
            steps.append(step)
    links = list[Step]()
    for made in types:
        entry = bundle.part("records", made.name)
        if entry is not None:
            write = loading.into_type(made.name, made.late)
            steps.append(Step(f"write {made.name}", bundle.folder, entry, write))
        if entry is not None and made.late:
            write = loading.into_links(made.name, made.late)
            links.append(Step(f"link {made.name}", bundle.folder, entry, write))
    return [*steps, *links]


def _put(folder: Path, assets: Assets | None, rows: Sequence[Row]) -> None:
    """Store the content of files.

    Raises:
        TargetTaken: a file of the same name and another content is there.
    """
    for row in rows:
        wanted, name = row["sha256"], row["id"]
        if wanted is None:
            continue
        store = contents.needed(assets)
        there = contents.stored(store, name)
        if there not in {None, wanted}:
            msg = f"the folder of files has another {name!r}, which is kept: "
            raise TargetTaken(msg + "name an empty one by --assets")
        if there is None:
            with (folder / contents.path(wanted)).open("rb") as content:
                store.store(name, content)
