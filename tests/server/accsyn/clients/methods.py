"""Methods: what a client's session offers, one a line."""

from __future__ import annotations

import importlib
import inspect
import os
import sys


def methods(module: str) -> list[str]:
    """Return the names of a session's public methods."""
    session = importlib.import_module(module).Session
    found = inspect.getmembers(session, inspect.isroutine)
    return [name for name, _ in found if not name.startswith("_")]


if __name__ == "__main__":
    sys.stdout.write("".join(f'"{n}"\n' for n in methods(os.environ["STORY_MODULE"])))
