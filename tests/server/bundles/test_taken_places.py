"""What is there already is left alone."""

from __future__ import annotations

import shutil
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from skysyn.errors import (
    TargetTaken,
)
from skysyn.server.bundles import export_bundle, import_bundle
from skysyn.server.bundles.checkpoint import Advance
from skysyn.server.store import Store
from tests.server import worlds
from tests.server.asking import Asker
from tests.server.worlds import Places, content, serve

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("there", ["bundle", "other", "file", "unfinished"])
def test_an_export_leaves_alone_what_is_there(
    there: str, filled: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "taken"
    match there:
        case "bundle":
            shutil.copytree(filled / "bundle", folder)
        case "file":
            folder.write_text("mine")
        case _:
            folder.mkdir()
            name = "unfinished" if there == "unfinished" else "photo"
            (folder / name).write_text("of another app")
    before = content(tmp_path)

    with pytest.raises(TargetTaken, match="name another folder"):
        export_bundle(Places(filled).new("app"), folder)

    assert content(tmp_path) == before


def test_an_import_leaves_alone_what_is_there(filled: Path, places: Places) -> None:
    place = places.new("taken")
    with serve(place) as server:
        carl = Asker(server).signup("carl")
    export_bundle(place, places.folder / "before")

    with pytest.raises(TargetTaken, match="something in it"):
        import_bundle(filled / "bundle", place)

    export_bundle(place, places.folder / "after")
    assert content(places.folder / "after") == content(places.folder / "before")
    assert carl.user_id in (places.folder / "after/tables/auth.jsonl").read_text()


def test_an_import_that_is_repeated_does_nothing(filled: Path, places: Places) -> None:
    place = places.new("again")

    first = import_bundle(filled / "bundle", place)

    assert import_bundle(filled / "bundle", place) == first


def test_another_import_must_be_finished_first(filled: Path, places: Places) -> None:
    place, other = places.new("half"), places.new("empty")
    Store(other.database, other.app).close()
    export_bundle(other, places.folder / "other")

    def stop(what: str, done: int, total: int) -> None:
        if what == "write note":
            raise InterruptedError

    with pytest.raises(InterruptedError):
        import_bundle(filled / "bundle", place, stop)

    with pytest.raises(TargetTaken, match="in the middle"):
        import_bundle(places.folder / "other", place)
    with (
        closing(Store(place.database, place.app)) as store,
        pytest.raises(TargetTaken, match="another process"),
        store.write() as work,
    ):
        Advance("write note", 5, 5).note(work.connection)
    import_bundle(filled / "bundle", place)
    export_bundle(place, places.folder / "whole")
    assert content(places.folder / "whole") == content(filled / "bundle")


def test_a_file_of_another_app_is_kept(filled: Path, places: Places) -> None:
    place = places.new("other")
    worlds.add_files(place, 2)
    with closing(Store(place.database, place.app)) as store, store.write() as work:
        work.connection.exec_driver_sql("DELETE FROM _asset")
    for file in (places.folder / "other-files").rglob("*"):
        if file.is_file():
            file.write_bytes(b"precious")

    with pytest.raises(TargetTaken, match="folder of files"):
        import_bundle(filled / "bundle", place)

    kept = content(places.folder / "other-files")
    assert set(kept.values()) == {b"precious"}


def test_two_exports_do_not_write_into_one_folder(filled: Path, tmp_path: Path) -> None:
    source, folder = Places(filled).new("app"), tmp_path / "bundle"
    refused: list[str] = []

    def export_too(what: str, done: int, total: int) -> None:
        if not refused:
            with pytest.raises(TargetTaken, match="another process") as found:
                export_bundle(source, folder)
            refused.append(str(found.value))

    export_bundle(source, folder, export_too)

    assert refused != []
    assert content(folder) == content(filled / "bundle")
