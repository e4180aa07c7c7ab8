"""Apps are moved whole: exported, imported, cut short, damaged."""

from __future__ import annotations

import json
import pickle
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import pytest
from hypothesis import Phase, given
from hypothesis import settings as hypothesis_settings

from skysyn.errors import (
    BundleError,
    DamagedBundle,
    DeclarationError,
    DiskFull,
    NewerBundle,
    NotABundle,
    TargetTaken,
)
from skysyn.server.bundles import Place, export_bundle, import_bundle
from skysyn.server.bundles.checkpoint import Advance
from skysyn.server.store import Store

from . import worlds
from .asking import Asker
from .worlds import RECORDS, Places, content, serve

if TYPE_CHECKING:
    from collections.abc import Callable

    from .postgres import Postgres

ENGINES = ["sqlite", "postgresql"]
KILLS = 10
# an example takes half a second: shrinking would take minutes
BY_ID: Any = [[{"$type": "keypath", "$val": "_id"}, "asc"]]
PHASES = [Phase.explicit, Phase.reuse, Phase.generate]


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return Places(tmp_path)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an app of everything, and the bundle of it."""
    folder = tmp_path_factory.mktemp("filled")
    place = Places(folder).new("app")
    worlds.fill(place)
    worlds.add_files(place, 5)
    worlds.set_bcrypt(place, "old secret")
    export_bundle(place, folder / "bundle")
    return folder


@pytest.fixture
def bundle(filled: Path, tmp_path: Path) -> Path:
    """A copy of a bundle, which may be damaged."""
    shutil.copytree(filled / "bundle", tmp_path / "bundle")
    return tmp_path / "bundle"


@hypothesis_settings(max_examples=5, deadline=None, phases=PHASES)
@given(records=RECORDS)
def test_an_app_that_is_moved_twice_is_the_same_to_the_byte(
    postgres: Postgres, records: dict[tuple[str, str], Any]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        places = Places(Path(folder), postgres)
        one, two = places.new("one"), places.new("two", "postgresql")
        three = places.new("three")
        with serve(one) as server:
            master = Asker(server).as_master()
            for (name, key), (fields, access, to) in records.items():
                saved = {"_id": f"{name}/{key}", "_access": access, **fields}
                master.ask("record:save", records=[saved])
                if (name, to) in records:
                    saved = {"_id": f"{name}/{key}", "to": worlds.ref(f"{name}/{to}")}
                    master.ask("record:save", records=[saved])

        exported = export_bundle(one, places.folder / "1")
        import_bundle(places.folder / "1", two)
        export_bundle(two, places.folder / "2")
        imported = import_bundle(places.folder / "2", three)
        export_bundle(three, places.folder / "3")

        first = content(places.folder / "1")
        assert content(places.folder / "2") == first
        assert content(places.folder / "3") == first
        assert imported == exported
        assert exported.records <= len(records)


@pytest.mark.parametrize("engine", ENGINES)
def test_users_see_the_same_and_log_in_after_a_move(
    engine: str, filled: Path, tmp_path: Path, postgres: Postgres
) -> None:
    shutil.copytree(filled, tmp_path / "copy")
    source = Places(tmp_path / "copy").new("app")
    target = Places(tmp_path, postgres).new("moved", engine)

    report = import_bundle(filled / "bundle", target)

    assert seen(target) == seen(source)
    assert (report.rows("_asset"), report.without_content, report.records) == (5, 1, 15)


def seen(place: Place) -> dict[str, Any]:
    """Return what each user of an app sees, and may write."""
    found: dict[str, Any] = {}
    with serve(place) as server:
        anyone = Asker(server)
        askers = {"anyone": anyone, "master": anyone.as_master()}
        for name in ("ada", "bob"):
            data: dict[str, Any] = {"auth_data": {"username": name}}
            made = anyone.result("auth:login", password="old secret", **data)
            askers[name] = attrs.evolve(anyone, token=made["access_token"])
            found[f"roles of {name}"] = made.get("roles")
        for name, asker in askers.items():
            found[name] = asker.ask("record:query", record_type="note", sort=BY_ID)
            found[f"{name} alone"] = asker.ask(
                "record:query", record_type="note", database_id="_private"
            )
        for name, asker in askers.items():
            saved = [{"_id": f"note/{n}", "title": name} for n in (*range(12), "new")]
            entries = asker.ask("record:save", records=saved).get("result", [])
            found[f"{name} writes"] = [
                (entry.get("code"), entry.get("number")) for entry in entries
            ]
    return found


# a child for each kill, without starting Python again each time
_CHILDREN = """
import os, random, signal, sys, time
from pathlib import Path
from skysyn.server.bundles import Place, export_bundle, import_bundle

verb, folder, database, assets, kills = sys.argv[1:]
place, folder = Place(database, "app", Path(assets)), Path(folder)
move = {"export": lambda w: export_bundle(place, folder, w),
        "import": lambda w: import_bundle(folder, place, w)}[verb]
dice, killed = random.Random(7), 0
for attempt in range(int(kills)):
    out, into = os.pipe()
    child = os.fork()
    if not child:
        move(lambda *_: os.write(into, b"."))
        os._exit(0)
    os.close(into)
    for _ in range(dice.randrange(60)):
        os.read(out, 1)
    time.sleep(dice.random() * 0.004)
    os.kill(child, signal.SIGKILL)
    killed += os.waitpid(child, 0)[1] == signal.SIGKILL
    os.close(out)
print(killed)
"""


def kill(verb: str, folder: Path, place: Place) -> int:
    """Start to move an app again and again; return how often it was killed."""
    arguments = [verb, str(folder), place.database, str(place.assets), str(KILLS)]
    done = subprocess.run(
        [sys.executable, "-c", _CHILDREN, *arguments],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return int(done.stdout)


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an app of some size, and the bundle of it."""
    folder = tmp_path_factory.mktemp("large")
    place = Places(folder).new("app")
    worlds.fill(place)
    worlds.add_files(place, 60)
    with serve(place) as server:
        master = Asker(server).as_master()
        for start in range(0, 6000, 2000):
            keys = range(start, start + 2000)
            master.save(*({"_id": f"row/{key}", "text": "x" * 50} for key in keys))
        master.save(*({"_id": f"row/{n}", "up": worlds.ref("row/1")} for n in range(9)))
    export_bundle(place, folder / "bundle")
    return folder


@pytest.mark.parametrize("engine", ENGINES)
def test_an_import_that_is_killed_is_whole_in_the_end(
    engine: str, large: Path, tmp_path: Path, postgres: Postgres
) -> None:
    target = Places(tmp_path, postgres).new("target", engine)

    killed = kill("import", large / "bundle", target)
    import_bundle(large / "bundle", target)

    export_bundle(target, tmp_path / "again")
    assert content(tmp_path / "again") == content(large / "bundle")
    assert killed >= KILLS / 2


def test_an_export_that_is_killed_is_whole_in_the_end(
    large: Path, tmp_path: Path
) -> None:
    source, folder = Places(large).new("app"), tmp_path / "bundle"

    killed = kill("export", folder, source)
    if not (folder / "manifest.json").exists():
        export_bundle(source, folder)

    assert content(folder) == content(large / "bundle")
    assert killed >= KILLS / 2


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


def test_a_full_disk_is_told_and_the_export_goes_on(
    filled: Path, tmp_path: Path
) -> None:
    source, folder = Places(filled).new("app"), tmp_path / "bundle"
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)

    def fill_up(what: str, done: int, total: int) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (4000, hard))

    try:
        with pytest.raises(DiskFull, match="goes on where it stopped"):
            export_bundle(source, folder, fill_up)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    export_bundle(source, folder)

    assert content(folder) == content(filled / "bundle")


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
