"""A command that is run, with the variables that are set for it."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest

from .commanding import MASTER, Command

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def environ(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The variables that are set."""
    made = {"API_KEY": "a", "MASTER_KEY": MASTER, "COLUMNS": "200"}
    monkeypatch.setattr("os.environ", made)
    return made


@pytest.fixture
def command(
    environ: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Command]:
    """The command, in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield Command()
    root.handlers[:] = handlers
    root.setLevel(level)
