"""What is killed or finds no room goes on where it stopped."""

from __future__ import annotations

import resource
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from skysyn.errors import (
    DiskFull,
)
from skysyn.server.bundles import Place, export_bundle, import_bundle
from tests.server import worlds
from tests.server.asking import Asker
from tests.server.campaigns import SCALE
from tests.server.worlds import Places, content, serve

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.server.postgres import Postgres

pytestmark = pytest.mark.slow

ENGINES = ["sqlite", "postgresql"]
KILLS = 10 * SCALE

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
    (told, tell), (asked, ask) = os.pipe(), os.pipe()
    child = os.fork()
    if not child:
        os.close(ask)
        # each step is told and waits to be let go on, so that none comes too soon
        move(lambda *_: (os.write(tell, b"."), os.read(asked, 1)))
        os._exit(0)
    os.close(tell)
    for _ in range(dice.randrange(60)):
        if os.read(told, 1):
            os.write(ask, b".")
    time.sleep(dice.random() * 0.004)
    os.kill(child, signal.SIGKILL)
    killed += os.waitpid(child, 0)[1] == signal.SIGKILL
    for end in (told, asked, ask):
        os.close(end)
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


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder with room for two megabytes; only root can make one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    made = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)]
    done = subprocess.run(made, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"no small disk can be made: {done.stderr.strip()}")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_is_told_and_the_import_goes_on(
    large: Path, small_disk: Path
) -> None:
    target = Places(small_disk).new("target")
    filling = small_disk / "of others"
    filling.write_bytes(b"x" * 1_000_000)

    with pytest.raises(DiskFull, match="goes on where it stopped"):
        import_bundle(large / "bundle", target)
    filling.unlink()
    resized = ["mount", "-o", "remount,size=64m", str(small_disk)]
    subprocess.run(resized, check=True)
    import_bundle(large / "bundle", target)

    export_bundle(target, small_disk / "again")
    assert content(small_disk / "again") == content(large / "bundle")
