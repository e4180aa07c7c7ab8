"""Long work shows how far it is, to people at a terminal only."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from skysyn.server import Server, Settings
from tests.server.asking import Asker, settings

if TYPE_CHECKING:
    from pathlib import Path

SKYSYN = [sys.executable, "-c", "from skysyn.cli import main; main()"]


@pytest.fixture
def place(tmp_path: Path) -> str:
    """A database with 300 notes."""
    made: Settings = settings(database=str(tmp_path / "db"))
    with Server(made) as server:
        notes = [{"_id": f"note/{number}"} for number in range(300)]
        Asker(server).as_master().save(*notes)
    return made.database


def export(place: str, folder: Path, *, terminal: bool) -> str:
    """Return what an export to *folder* says of its way."""
    ours, theirs = pty.openpty() if terminal else os.pipe()
    command = [*SKYSYN, "export", str(folder), "--database", place]
    environ = {**os.environ, "TERM": "xterm", "COLUMNS": "100"}
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=theirs, env=environ
    ) as running:
        os.close(theirs)
        said = b"".join(iter(lambda: read(ours), b""))
        os.close(ours)
    assert running.returncode == 0
    return said.decode()


def read(end: int) -> bytes:
    """Return what comes next; nothing when the other end is closed."""
    try:
        return os.read(end, 1 << 16)
    except OSError:
        # a terminal's way to say so
        return b""


def test_a_terminal_shows_a_bar_for_each_part(place: str, tmp_path: Path) -> None:
    said = export(place, tmp_path / "out", terminal=True)

    assert "note" in said
    assert "300/300" in said


def test_a_pipe_is_told_nothing(place: str, tmp_path: Path) -> None:
    assert export(place, tmp_path / "out", terminal=False) == ""
