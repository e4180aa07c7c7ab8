"""Importing: a bundle becomes an app, in steps that a kill cannot tear."""

from __future__ import annotations

from contextlib import closing
from functools import partial
from itertools import chain, islice, zip_longest
from typing import TYPE_CHECKING

from sqlalchemy.exc import DataError, IntegrityError

from skysyn.errors import BundleError, TargetTaken
from skysyn.server.store import Store, migration

from . import checking, checkpoint, contents, manifest, parts, schemas, source
from .report import Report, ignore
from .space import explained
from .steps import plan

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from skysyn.server.assets import Assets
    from skysyn.server.store import Work

    from .lines import Row
    from .manifest import Bundle
    from .parts import Part
    from .place import Place
    from .report import Watch
    from .schemas import Described
    from .steps import Step


def import_bundle(folder: Path, place: Place, watch: Watch = ignore) -> Report:
    """Make the app of the bundle in *folder*; go on if an import of it was cut short.

    The whole bundle is checked first, and the app is compared with it in the end.

    Raises:
        NotABundle: there is none.
        DamagedBundle: it is not what was written; nothing was done.
        TargetTaken: the app has something in it already.
        BundleError: the database refuses something.
    """
    bundle = manifest.open_bundle(folder)
    types = schemas.describe(checking.schema_of(bundle))
    missing = checking.check(bundle, watch)
    assets = source.assets_of(place)
    with explained(), closing(Store(place.database, place.app)) as store:
        steps = plan(bundle, types, assets)
        if _begin(store, place, bundle, types=types, steps=steps, assets=assets):
            for step in steps:
                _run(store, step, watch)
            _compare(store, bundle, assets, watch)
            with store.write() as work:
                checkpoint.finish(work.connection)
    return Report(bundle.parts, bundle.sha256, missing)


def _begin(
    store: Store,
    place: Place,
    bundle: Bundle,
    *,
    types: list[Described],
    steps: list[Step],
    assets: Assets | None,
) -> bool:
    """Make the schema; return whether anything is left to be done.

    Raises:
        TargetTaken: the app has something in it already.
    """
    with store.write() as work:
        migration.lock(work.connection, is_sqlite=work.is_sqlite)
        schema = None if work.is_sqlite else f"app_{place.app.lower()}"
        current = checkpoint.unfinished(work.connection, schema)
        if current == bundle.sha256:
            return True
        if current is not None:
            msg = "the app is in the middle of the import of another bundle: "
            raise TargetTaken(msg + "finish that one, or name another app")
        if not _is_fresh(work):
            if _is_same(work, bundle, assets):
                return False
            msg = "the app has something in it already, which is kept: "
            raise TargetTaken(msg + "name an empty database or another app")
        schemas.make(work, types)
        checkpoint.begin(work.connection, bundle.sha256, [step.name for step in steps])
    return True


def _run(store: Store, step: Step, watch: Watch) -> None:
    """Write the rows of one step that are not written yet."""
    with store.read() as work:
        done = checkpoint.done(work.connection, step.name)
    rows = islice(step.read(), done, None)
    watch(step.name, done, step.entry.rows)
    while chunk := list(islice(rows, step.size)):
        step.prepare(chunk)
        advance = checkpoint.Advance(step.name, done, len(chunk))
        _write(store, step, advance, chunk)
        done += len(chunk)
        watch(step.name, done, step.entry.rows)


def _write(
    store: Store, step: Step, advance: checkpoint.Advance, chunk: list[Row]
) -> None:
    try:
        with store.write() as work:
            advance.note(work.connection)
            step.write(work, chunk)
    except (IntegrityError, DataError) as error:
        lines = f"{advance.start + 1} to {advance.start + len(chunk)}"
        msg = f"{step.name}, lines {lines}: the database refuses one of them, "
        msg += f"so change it in the source: {error.orig}"
        raise BundleError(msg) from error


def _compare(store: Store, bundle: Bundle, assets: Assets | None, watch: Watch) -> None:
    """Read the app again, and compare it with the bundle.

    Raises:
        BundleError: they differ.
    """
    with store.read() as work:
        for part in _parts(work, assets):
            found = part.digest(partial(_relabel, watch))
            if not bundle.has(found):
                msg = f"{part.name} is not what the bundle says: something else "
                msg += "writes to the app; import into another one"
                raise BundleError(msg)


def _relabel(watch: Watch, what: str, done: int, total: int) -> None:
    watch(f"compare {what}", done, total)


def _is_fresh(work: Work) -> bool:
    """Whether the app is as a new one is."""
    with closing(Store(":memory:", "fresh")) as store, store.read() as other:
        pairs = zip_longest(_lines(work), _lines(other))
        return all(one == new for one, new in pairs)


def _is_same(work: Work, bundle: Bundle, assets: Assets | None) -> bool:
    """Whether the app is what the bundle says, as after an import of it."""
    return all(bundle.has(part.digest(ignore)) for part in _parts(work, assets))


def _lines(work: Work) -> Iterator[bytes]:
    found = parts.stored(work.connection, work.catalog.types.values(), lambda _: None)
    return chain.from_iterable(part.lines(ignore) for part in found)


def _parts(work: Work, assets: Assets | None) -> Iterator[Part]:
    def hash_file(name: str) -> str | None:
        return None if assets is None else contents.stored(assets, name)

    return parts.stored(work.connection, work.catalog.types.values(), hash_file)
