"""The story of test_clients.py, told by the PyPI package skygear."""

from __future__ import annotations

from importlib import import_module

from .steps import tell_all

for chapter in ("people", "searching", "sharing"):
    import_module(f".{chapter}", __package__)
tell_all()
