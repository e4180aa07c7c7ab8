"""Inclusion: packages of cloud code that register when they are told to (§20.16)."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import ModuleType

settings = Namespace()
"""What packages read from the environment, by their names: of the whole process."""


def include(module: ModuleType, *args: object, **kwargs: object) -> bool:
    """Call the `includeme()` of *module*; return whether it has one."""
    includeme = getattr(module, "includeme", None)
    if includeme is None:
        return False
    includeme(settings, *args, **kwargs)
    return True
