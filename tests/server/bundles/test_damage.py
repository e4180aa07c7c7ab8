"""Damaged bundles, and what is none, are refused before anything is done."""

from __future__ import annotations

import json
import pickle
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import pytest

from skysyn.errors import (
    BundleError,
    DamagedBundle,
    DeclarationError,
    NewerBundle,
    NotABundle,
)
from skysyn.server.bundles import Place, export_bundle, import_bundle
from tests.server.worlds import Places

if TYPE_CHECKING:
    from collections.abc import Callable


def flip(file: Path) -> None:
    whole = bytearray(file.read_bytes())
    whole[whole.index(b"no. 1") + 4] ^= 1
    file.write_bytes(whole)


def cut(file: Path) -> None:
    lines = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join(lines[:4]))


@pytest.mark.parametrize(
    ("name", "damage", "file", "line"),
    [
        ("records/note.jsonl", flip, "records/note.jsonl", 2),
        ("records/note.jsonl", cut, "records/note.jsonl", 4),
        ("records/note.jsonl", Path.unlink, "records/note.jsonl", 0),
        ("schema.jsonl", Path.unlink, "schema.jsonl", 0),
        ("files/*/*", Path.unlink, "files/", 0),
    ],
)
def test_damage_is_found_before_anything_is_done(
    bundle: Path,
    places: Places,
    name: str,
    damage: Callable[[Path], None],
    file: str,
    line: int,
) -> None:
    damage(next(bundle.glob(name)))

    with pytest.raises(DamagedBundle, match="damaged") as found:
        import_bundle(bundle, places.new("target"))

    error = pickle.loads(pickle.dumps(found.value))
    assert (error.file.startswith(file), error.line) == (True, line)
    assert not (places.folder / "target.db").exists()


@pytest.mark.parametrize(
    ("changes", "error", "said"),
    [
        ({"version": 2}, NewerBundle, "use a newer"),
        ({"format": "tar"}, NotABundle, "says something else"),
        ({"parts": 3}, NotABundle, "says something else"),
        ({"parts": []}, DamagedBundle, "is damaged"),
    ],
)
def test_what_is_no_bundle_is_refused(
    bundle: Path,
    places: Places,
    changes: dict[str, Any],
    error: type[BundleError],
    said: str,
) -> None:
    manifest = bundle / "manifest.json"
    known: dict[str, Any] = json.loads(manifest.read_text())
    if changes == {"parts": []}:
        changes = {"parts": [{**p, "name": "_x"} for p in known["parts"][1:]]}
    manifest.write_text(json.dumps({**known, **changes}))

    with pytest.raises(error, match=said):
        import_bundle(bundle, places.new("target"))
    with pytest.raises(NotABundle, match="has no manifest"):
        import_bundle(places.folder, places.new("target"))


def test_a_table_that_is_not_known_is_refused(bundle: Path, places: Places) -> None:
    text = (bundle / "manifest.json").read_text()
    (bundle / "manifest.json").write_text(text.replace('"_friend"', '"_foe"'))

    with pytest.raises(DamagedBundle, match="_foe"):
        import_bundle(bundle, places.new("target"))


def test_sources_that_are_not_there_are_told(places: Places) -> None:
    empty = places.new("empty")
    sqlite3.connect(empty.database).close()

    with pytest.raises(BundleError, match="holds no app"):
        export_bundle(empty, places.folder / "bundle")
    with pytest.raises(BundleError, match="no database"):
        export_bundle(places.new("absent"), places.folder / "bundle")
    with pytest.raises(DeclarationError, match="no app name"):
        Place("x", "no spaces")
    assert not (places.folder / "bundle").exists()


def test_files_need_a_folder(filled: Path, tmp_path: Path) -> None:
    source = attrs.evolve(Places(filled).new("app"), assets=None)

    with pytest.raises(BundleError, match="--assets"):
        export_bundle(source, tmp_path / "bundle")
