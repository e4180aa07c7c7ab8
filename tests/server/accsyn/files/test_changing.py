"""Changing: files are made, renamed, moved, deleted and copied, as is allowed."""

from __future__ import annotations

from typing import Any

import pytest

from skysyn.errors import (
    Conflict,
    InvalidRequest,
    NotFound,
    PermissionDenied,
)
from skysyn.server.accsyn.storage import UNMEASURED

from .shares import ALL, SECRET, World, granted


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
@pytest.mark.parametrize("op", ["delete", "mkdir", "move", "rename"])
def test_the_folder_of_a_share_itself_stays(world: World, op: str, path: str) -> None:
    with pytest.raises(PermissionDenied):
        world.run(op, path, force=True, path_to="share=proj/in/")


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
        world.copy("share=proj/in", "share=proj/out/day1/"),
        world.copy("share=proj/a.mov", "~/a2.mov"),
        world.copy("share=proj/a.mov", "kim@acme.example:/tmp/a.mov"),
    ]

    assert copied == [True, True, False]
    assert (world.root / "out/day1/in/deep/c.exr").read_text() == "ccccccccccc"
    assert (world.root / "homes/kim/a2.mov").read_text() == "aaaaa"


def test_copies_leave_out_links_and_pipes(trapped: World) -> None:
    trapped.copy("share=proj/in", "share=proj/out")

    copied = sorted(path.name for path in (trapped.root / "out").rglob("*"))
    assert copied == ["b.mov", "c.exr", "deep"]


def test_a_copy_does_not_follow_a_link_out(trapped: World) -> None:
    with pytest.raises(PermissionDenied):
        trapped.copy("share=proj/a.mov", "share=proj/up/stolen")

    assert not (trapped.root.parent / "stolen").exists()
