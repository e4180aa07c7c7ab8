"""A module of cloud code that registers when it is told to."""

from __future__ import annotations

from typing import Any


def includeme(settings: Any, name: str, more: int) -> None:
    """Check what it is told."""
    assert (name, more) == ("x", 1)
    assert settings is not None
