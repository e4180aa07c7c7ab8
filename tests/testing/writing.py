"""Modules of tests, as users of the plugin write them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .stories import HEAD

if TYPE_CHECKING:
    import pytest


def write(pytester: pytest.Pytester, body: str) -> None:
    """Write a module of tests."""
    lines = body.splitlines()
    pytester.makepyfile(
        test_notes=HEAD + "\n".join(line.removeprefix("        ") for line in lines)
    )
