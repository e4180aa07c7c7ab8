"""Runs every Python block of the README, and keeps tests from chance and each other."""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as tries
from sybil import Sybil
from sybil.integration.pytest import SybilItem
from sybil.parsers.markdown import PythonCodeBlockParser

if TYPE_CHECKING:
    from collections.abc import Iterator

pytest_collect_file = Sybil(
    parsers=[PythonCodeBlockParser()],
    patterns=["README.md"],
).pytest()


def pytest_configure() -> None:
    """Let no example fail for being slow on a busy machine, and choose them alike.

    Campaigns choose others each time.
    """
    tries.register_profile(
        "skysyn",
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
        derandomize="SKYSYN_CAMPAIGN" not in os.environ,
    )
    tries.load_profile("skysyn")


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
