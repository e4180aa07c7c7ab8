"""Listing: what is in a share, and how big it is."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest

from skysyn.errors import (
    InvalidRequest,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .shares import World


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


def test_the_listing_of_a_file_is_the_file(world: World) -> None:
    (world.root / "link").symlink_to("in/b.mov")
    [shown] = [one for one in world.run("ls", "share=proj") if one["size"] == 5]

    assert world.run("ls", "share=proj/a.mov") == [shown]
    assert shape(world.run("ls", "share=proj/link")) == {"link": 7}


def test_neither_files_nor_folders_are_not_listed(trapped: World) -> None:
    with pytest.raises(InvalidRequest, match="neither a file nor a folder"):
        trapped.run("ls", "share=proj/pipe")


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
