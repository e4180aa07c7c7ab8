"""A share over a real folder, and one full of traps."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from skysyn.server.accsyn.storage import Storage

from .shares import SECRET, World

if TYPE_CHECKING:
    from pathlib import Path


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
