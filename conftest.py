"""Runs every Python block of the README, and keeps tests from the logs of others."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest
from sybil import Sybil
from sybil.integration.pytest import SybilItem
from sybil.parsers.markdown import PythonCodeBlockParser

if TYPE_CHECKING:
    from collections.abc import Iterator

pytest_collect_file = Sybil(
    parsers=[PythonCodeBlockParser()],
    patterns=["README.md"],
).pytest()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the blocks of a page in their order."""
    blocks = [item for item in items if isinstance(item, SybilItem)]
    in_order = iter(sorted(blocks, key=lambda block: (block.path, block.location[1])))
    for index, item in enumerate(items):
        if isinstance(item, SybilItem):
            items[index] = next(in_order)


@pytest.fixture(autouse=True)
def _logs() -> Iterator[None]:
    """Undo what a command did to the logs; its stream is closed when it has ended."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    for handler in set(root.handlers) - set(handlers):
        root.removeHandler(handler)
    root.setLevel(level)
