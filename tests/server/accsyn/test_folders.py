"""Folders: real files by the service's operations, and none outside of a share."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skysyn.errors import (
    Conflict,
    InvalidRequest,
    NotFound,
    PermissionDenied,
    RemoteError,
)
from skysyn.server.accsyn.contracts import Grant, Spot
from skysyn.server.accsyn.filters import Filters
from skysyn.server.accsyn.paths import split
from skysyn.server.accsyn.sequences import frames
from skysyn.server.accsyn.storage import UNMEASURED, Storage

from .nasty import NAMES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SECRET = "the secret of somebody else"
SINGLE = ["ls", "getsize", "exists", "mkdir", "delete"]


@attrs.frozen
class Shares:
    """The shares of one caller, as tests want them."""

    spots: Mapping[str, Spot]
    lists: Mapping[str, Sequence[str]] = attrs.field(factory=dict[str, Any])

    def spot(self, kind: str, name: str) -> Spot | None:
        return self.spots.get("proj" if name == "(default)" else name)

    def contents(self, kind: str, name: str) -> Sequence[str] | None:
        return self.lists.get(name)

    def home(self) -> Spot | None:
        return self.spots.get("home")


PROJ = Spot("5a1", "volume", "proj", "")
ALL = Shares(
    {
        "proj": PROJ,
        "scd": Spot("5a2", "folder", "proj", "/in/"),
        "home": Spot("5a3", "home", "proj", "homes/kim"),
        "bare": Spot("5a4", "volume", "bare", ""),
    },
    {"refs": ["share=proj/a.mov", "share=proj/in"]},
)


def granted(path: str, *, read: bool = False, write: bool = False) -> Shares:
    return Shares({"proj": attrs.evolve(PROJ, grants=[Grant(path, read, write)])})


@attrs.frozen
class World:
    """A share over a real folder, with secrets beside it."""

    root: Path
    storage: Storage

    def run(self, op: str, path: Any, who: Shares = ALL, **more: Any) -> Any:
        return self.storage.run({"op": op, "path": path, **more}, who)

    def ls(self, path: object = "share=proj", **more: Any) -> list[str]:
        return [entry["filename"] for entry in self.run("ls", path, **more)]

    def tree(self) -> dict[str, str]:
        """Return every file beside the share and in it, with what it holds."""
        return {
            str(path): path.read_text() if path.is_file() else ""
            for path in sorted(self.root.parent.rglob("*"))
            if not stat.S_ISFIFO(path.lstat().st_mode)
        }


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A share `proj`: a.mov (5 bytes), in/b.mov (7), in/deep/c.exr (11), empty/."""
    root = tmp_path / "share"
    for folder in ("in/deep", "empty", "homes/kim"):
        (root / folder).mkdir(parents=True)
    (root / "a.mov").write_text("aaaaa")
    (root / "in/b.mov").write_text("bbbbbbb")
    (root / "in/deep/c.exr").write_text("ccccccccccc")
    (root / "homes/kim/k.txt").write_text("k")
    return World(root, Storage({"proj": root}))


@pytest.fixture
def trapped(world: World) -> World:
    """The same with secrets beside it, and links, pipes and devices in it."""
    outside, root = world.root.parent, world.root
    (outside / "secret.txt").write_text(SECRET)
    (outside / "outside").mkdir()
    (outside / "outside/secret.txt").write_text(SECRET)
    links = {
        "up": "..",
        "root": "/",
        "chain": "chain1",
        "chain1": "in/../chain2",
        "chain2": str(outside),
        "loop": "loop",
        "file_out": "../secret.txt",
        "in/deep_out": "../../outside",
        "self_then_up": "in/../..",
        "broken": "nowhere",
        "zero": "/dev/zero",
        "in/back": "..",
    }
    for name, target in links.items():
        (root / name).symlink_to(target)
    os.mkfifo(root / "pipe")
    os.mkfifo(root / "in/pipe")
    return world


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


def test_a_listing_shows_files_and_folders_as_the_service_does(world: World) -> None:
    os.utime(world.root / "a.mov", (1_782_900_000, 1_782_900_000.5))
    os.utime(world.root / "in", (1_782_900_001, 1_782_900_001))

    assert world.run("ls", "share=proj")[::3] == [
        {
            "type": 1,
            "filename": "a.mov",
            "size": 5,
            "modified": "2026-07-01T10:00:00",
        },
        {
            "type": 0,
            "filename": "in",
            "size": 0,
            "modified": "2026-07-01T10:00:01",
        },
    ]


def shape(entries: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the names in a listing, with those below them, or the sizes."""
    return {
        entry["filename"]: shape(entry["files"]) if "files" in entry else entry["size"]
        for entry in entries
    }


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, {"b.mov": 7, "deep": 0}),
        ({"getsize": True}, {"b.mov": 7, "deep": 11}),
        ({"recursive": True}, {"b.mov": 7, "deep": {"c.exr": 11}}),
        ({"recursive": True, "maxdepth": 1}, {"b.mov": 7, "deep": 0}),
        ({"files_only": True, "recursive": True}, {"b.mov": 7}),
        ({"directories_only": True}, {"deep": 0}),
        ({"directories_only": True, "recursive": True}, {"deep": {}}),
        ({"files_only": True, "directories_only": True}, {}),
        ({"include": "*.mov"}, {"b.mov": 7, "deep": 0}),
        ({"include": "*.EXR", "recursive": True}, {"deep": {"c.exr": 11}}),
        ({"exclude": "DEEP"}, {"b.mov": 7}),
        ({"exclude": ["b*", "x"]}, {"deep": 0}),
        ({"include": "re('^b')", "exclude": "*"}, {"b.mov": 7}),
        ({"exclude": "*.exr", "getsize": True}, {"b.mov": 7, "deep": 0}),
    ],
)
def test_every_option_of_a_listing(
    world: World, options: dict[str, Any], expected: dict[str, Any]
) -> None:
    assert shape(world.run("ls", "share=proj/in", **options)) == expected


@pytest.mark.parametrize(
    "options",
    [
        {"recursive": "yes"},
        {"maxdepth": 0},
        {"maxdepth": True},
        {"maxdepth": "2"},
        {"include": 7},
        {"exclude": ["a", 7]},
        {"include": "re('(')"},
    ],
)
def test_an_option_of_another_type_is_refused(
    world: World, options: dict[str, Any]
) -> None:
    with pytest.raises(InvalidRequest):
        world.run("ls", "share=proj", **options)


@pytest.mark.parametrize(
    ("path", "size"),
    [
        ("share=proj", 24),
        ("volume=proj/in", 18),
        ("share=(default)/a.mov", 5),
        ("a.mov", 5),
        ("in/b.mov", 7),
        ("folder=scd/b.mov", 7),
        ("~/k.txt", 1),
        ("~", 1),
        ("hq:share=proj/a.mov", 5),
        ("share=proj\\in\\b.mov", 7),
        ("collection=refs", 23),
        ("collection=refs/in/b.mov", 7),
    ],
)
def test_sizes_of_every_form_of_path(world: World, path: str, size: int) -> None:
    assert world.run("getsize", path) == size


def test_an_absolute_path_is_found_on_its_volume(world: World) -> None:
    assert world.run("getsize", str(world.root / "in/b.mov")) == 7


def test_several_paths_are_answered_one_by_one(world: World) -> None:
    assert world.run("exists", ["share=proj/a.mov", "share=proj/z"]) == [
        {"path": "share=proj/a.mov", "result": True},
        {"path": "share=proj/z", "result": False},
    ]


def test_a_folder_is_made_in_one_that_is_there(world: World) -> None:
    assert world.run("mkdir", "share=proj/new") is True

    with pytest.raises(Conflict, match="new already exists"):
        world.run("mkdir", "share=proj/new")
    with pytest.raises(NotFound, match="does not exist"):
        world.run("mkdir", "share=proj/no/new")
    assert world.ls("share=proj/new") == []


def test_files_are_renamed_in_their_folder_only(world: World) -> None:
    assert world.run("rename", "share=proj/a.mov", path_to="share=proj/z.mov") is True

    with pytest.raises(InvalidRequest, match="another folder"):
        world.run("rename", "share=proj/z.mov", path_to="share=proj/in/z.mov")
    with pytest.raises(Conflict, match="already exists"):
        world.run("rename", "share=proj/z.mov", path_to="share=proj/in")
    assert world.ls() == ["empty", "homes", "in", "z.mov"]


@pytest.mark.parametrize("to", ["in/a.mov", "in/", "in"])
def test_files_move_to_a_name_or_into_a_folder(world: World, to: str) -> None:
    assert world.run("move", "share=proj/a.mov", path_to=f"share=proj/{to}") is True

    assert world.ls("share=proj/in") == ["a.mov", "b.mov", "deep"]


def test_a_folder_does_not_move_into_itself(world: World) -> None:
    with pytest.raises(InvalidRequest):
        world.run("move", "share=proj/in", path_to="share=proj/in/deep/")


def test_a_full_folder_is_deleted_by_force_only(world: World) -> None:
    with pytest.raises(Conflict, match="not empty"):
        world.run("delete", "share=proj/in")

    assert world.run("delete", "share=proj/in", force=True) is True
    assert world.run("delete", "share=proj/a.mov", force=False) is True
    assert world.ls() == ["empty", "homes"]


def test_deleting_a_link_keeps_what_it_leads_to(trapped: World) -> None:
    trapped.run("delete", "share=proj/up", force=True)

    assert (trapped.root.parent / "secret.txt").read_text() == SECRET


@pytest.mark.parametrize("path", ["share=proj", "share=proj/", "share=scd/.", "~"])
@pytest.mark.parametrize("op", ["delete", "mkdir"])
def test_the_folder_of_a_share_itself_stays(world: World, op: str, path: str) -> None:
    with pytest.raises(PermissionDenied):
        world.run(op, path, force=True)


@pytest.mark.parametrize("path", [None, 7, "", "  ", {}, ["a", 7]])
def test_what_is_no_path_is_refused(world: World, path: object) -> None:
    with pytest.raises(InvalidRequest, match="path"):
        world.run("ls", path)


def test_an_unknown_operation_or_share_is_refused(world: World) -> None:
    with pytest.raises(InvalidRequest, match="no operation"):
        world.run("format", "share=proj")
    with pytest.raises(NotFound, match="share=other does not exist"):
        world.run("ls", "share=other")
    with pytest.raises(NotFound, match="--share bare=FOLDER"):
        world.run("ls", "share=bare")
    with pytest.raises(InvalidRequest, match="machine"):
        world.run("ls", "kim@acme.example:/tmp")


def test_who_was_granted_a_path_sees_the_way_to_it_only(world: World) -> None:
    kim = granted("/in/deep", read=True)

    assert [e["filename"] for e in world.run("ls", "share=proj", kim)] == ["in"]
    assert [e["filename"] for e in world.run("ls", "share=proj/in", kim)] == ["deep"]
    assert world.run("getsize", "share=proj/in/deep/c.exr", kim) == 11
    for path in ("share=proj/a.mov", "share=proj/empty", "share=proj/in/b.mov"):
        with pytest.raises(PermissionDenied, match="permission denied: share 5a1 read"):
            world.run("getsize", path, kim)


def test_who_may_only_write_lists_nothing(world: World) -> None:
    kim = granted("in", write=True)

    assert world.run("mkdir", "share=proj/in/new", kim) is True
    with pytest.raises(PermissionDenied, match="read"):
        world.run("ls", "share=proj/in", kim)


@pytest.mark.parametrize(
    ("op", "more"),
    [
        ("mkdir", {}),
        ("delete", {}),
        ("rename", {"path_to": "share=proj/in/x"}),
        ("move", {"path_to": "share=proj/in/x"}),
    ],
)
def test_who_may_only_read_changes_nothing(
    world: World, op: str, more: dict[str, Any]
) -> None:
    with pytest.raises(PermissionDenied, match="write"):
        world.run(op, "share=proj/in/b.mov", granted("/", read=True), **more)


def test_a_granted_folder_itself_stays(world: World) -> None:
    with pytest.raises(PermissionDenied, match="write"):
        world.run("delete", "share=proj/in", granted("in", write=True), force=True)


def test_a_source_is_measured_before_its_transfer(world: World) -> None:
    for number in (1, 2, 3):
        (world.root / f"in/f.{number:04}.exr").write_text("12345")
    paths = ["share=proj/in/f.%04d.exr[1-3]", "in/f.####.exr[1-2]", "a.mov", "nothing"]
    paths += [
        "share=proj/in/f.%04d.exr[1-4]",
        "kim@acme.example:/x",
        "/mnt/x",
        "~/k.txt",
    ]

    sizes = [world.storage.size(path, ALL) for path in paths]

    assert sizes == [15, 10, 5, None, None, UNMEASURED, UNMEASURED, 1]


def test_a_finished_transfer_between_shares_is_really_there(world: World) -> None:
    copied = [
        world.storage.copy("share=proj/in", "share=proj/out/day1/", ALL),
        world.storage.copy("share=proj/a.mov", "~/a2.mov", ALL),
        world.storage.copy("share=proj/a.mov", "kim@acme.example:/tmp/a.mov", ALL),
    ]

    assert copied == [True, True, False]
    assert (world.root / "out/day1/in/deep/c.exr").read_text() == "ccccccccccc"
    assert (world.root / "homes/kim/a2.mov").read_text() == "aaaaa"


def test_copies_leave_out_links_and_pipes(trapped: World) -> None:
    trapped.storage.copy("share=proj/in", "share=proj/out", ALL)

    copied = sorted(path.name for path in (trapped.root / "out").rglob("*"))
    assert copied == ["b.mov", "c.exr", "deep"]


def test_a_copy_does_not_follow_a_link_out(trapped: World) -> None:
    with pytest.raises(PermissionDenied):
        trapped.storage.copy("share=proj/a.mov", "share=proj/up/stolen", ALL)

    assert not (trapped.root.parent / "stolen").exists()


def test_nothing_stays_open(trapped: World) -> None:
    open_files = Path("/proc/self/fd")
    before = len(list(open_files.iterdir()))
    for name in NAMES[:60]:
        quietly(trapped, "ls", f"share=proj/{name}", recursive=True)

    assert len(list(open_files.iterdir())) == before


@given(st.text(max_size=40))
def test_names_never_lead_up(text: str) -> None:
    try:
        names = split(text)
    except RemoteError:
        return

    assert all(name not in {"", ".", ".."} and "/" not in name for name in names)


@given(st.text("ab*.", max_size=8), st.text("ab.", max_size=8))
def test_a_star_stands_for_any_text(pattern: str, name: str) -> None:
    expression = ".*".join(re.escape(part) for part in pattern.split("*"))

    shown = Filters(include=[pattern]).shows(name, is_folder=False)

    assert shown == (re.fullmatch(expression, name) is not None)


@pytest.mark.parametrize(
    "path", ["a[1-2].exr", "a.%04d.exr", "share=p/x", "a.#.exr[x]"]
)
def test_what_is_no_sequence_is_one_file(path: str) -> None:
    assert frames(path) == [path]


def test_a_sequence_without_end_is_refused() -> None:
    with pytest.raises(InvalidRequest, match="range"):
        frames("a.####.exr[1-999999999]")
