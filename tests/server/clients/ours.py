"""The story of test_clients.py, told by our own client."""

from __future__ import annotations

from importlib import import_module

from .steps import tell_all

for chapter in ("storing", "meeting"):
    import_module(f".{chapter}", __package__)
tell_all()
