"""Escaping: nothing leads out of a share, in no spelling and by no link."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

import pytest

from skysyn.errors import (
    PermissionDenied,
    RemoteError,
)
from tests.server.accsyn.nasty import NAMES

from .shares import SECRET, SINGLE, World

if TYPE_CHECKING:
    from collections.abc import Mapping


def test_there_are_a_hundred_nasty_spellings() -> None:
    assert len(set(NAMES)) >= 100


@pytest.mark.parametrize("name", NAMES, ids=lambda name: ascii(name)[:40])
def test_no_spelling_leads_out_of_a_share(trapped: World, name: str) -> None:
    before = trapped.tree()
    for path in (f"share=proj/{name}", f"share=scd/{name}", name, f"~/{name}"):
        for op in ("ls", "getsize", "exists"):
            assert SECRET not in str(quietly(trapped, op, path))
            assert len(SECRET) != quietly(trapped, op, path)
        for op in ("mkdir", "delete"):
            assert quietly(trapped, op, path, force=True) != SECRET
        for to in (path, f"{path}/new"):
            quietly(trapped, "move", "share=proj/a.mov", path_to=to)
            quietly(trapped, "rename", "share=proj/a.mov", path_to=to)
        quietly(trapped, "move", path, path_to="share=proj/taken")

    root = str(trapped.root)
    after = trapped.tree()
    assert outside(before, root) == outside(after, root)
    assert SECRET not in inside(after, root)


def quietly(world: World, op: str, path: str, **more: Any) -> object:
    try:
        return world.run(op, path, **more)
    except RemoteError as error:
        if str(world.root.parent) in str(error):
            return SECRET
        return None


def outside(tree: Mapping[str, str], root: str) -> dict[str, str]:
    return {name: text for name, text in tree.items() if not name.startswith(root)}


def inside(tree: Mapping[str, str], root: str) -> list[str]:
    names = [name for name in tree if name.startswith(root)]
    return [tree[name] for name in names if not Path(name).is_symlink()]


@pytest.mark.parametrize("name", ["..", "in/../..", "%2e%2e", "\uff0e\uff0e", "..\\x"])
@pytest.mark.parametrize("op", SINGLE)
def test_what_leads_up_is_refused(world: World, op: str, name: str) -> None:
    with pytest.raises(PermissionDenied, match="leads out"):
        world.run(op, f"share=proj/{name}")


@pytest.mark.parametrize("name", ["up", "root", "chain", "file_out", "in/deep_out"])
def test_links_that_lead_out_are_refused(trapped: World, name: str) -> None:
    with pytest.raises(PermissionDenied, match="by a link"):
        trapped.run("getsize", f"share=proj/{name}")


def test_links_that_stay_inside_are_followed(world: World) -> None:
    (world.root / "link").symlink_to("in/../in/deep")
    (world.root / "in/absolute").symlink_to(world.root / "a.mov")

    assert world.ls("share=proj/link") == ["c.exr"]
    assert world.run("getsize", "share=proj/in/absolute") == 5


def test_a_link_out_of_a_folder_is_refused_though_it_stays_on_its_volume(
    world: World,
) -> None:
    (world.root / "in/up").symlink_to("../a.mov")

    assert world.run("getsize", "volume=proj/in/up") == 5
    with pytest.raises(PermissionDenied, match="by a link"):
        world.run("getsize", "folder=scd/up")


def test_links_that_lead_out_and_devices_are_not_listed(trapped: World) -> None:
    assert trapped.ls() == ["a.mov", "empty", "homes", "in"]


def test_a_folder_exchanged_for_a_link_meanwhile_leads_nowhere(trapped: World) -> None:
    swapped, ends = trapped.root / "swapped", Event()
    swapped.mkdir()

    def swap() -> None:
        other = trapped.root / "swapped.old"
        while not ends.is_set():
            swapped.rename(other)
            swapped.symlink_to("../outside")
            swapped.unlink()
            other.rename(swapped)

    thread = Thread(target=swap)
    thread.start()
    try:
        sizes = {
            quietly(trapped, "getsize", "share=proj/swapped/secret.txt")
            for _ in range(2000)
        }
    finally:
        ends.set()
        thread.join()
    assert sizes == {None}


def opened(folder: Path) -> list[str]:
    """Return what this process has open in *folder*, whatever else it has open."""
    found: list[str] = []
    for link in Path("/proc/self/fd").iterdir():
        # another thread may close it meanwhile
        with suppress(FileNotFoundError):
            found.append(str(link.readlink()))
    return [name for name in found if name.startswith(str(folder))]


def test_nothing_stays_open(trapped: World) -> None:
    with (trapped.root / "a.mov").open():
        one = opened(trapped.root.parent)
    for name in NAMES[:60]:
        quietly(trapped, "ls", f"share=proj/{name}", recursive=True)

    assert (one, opened(trapped.root.parent)) == ([f"{trapped.root}/a.mov"], [])
