"""What factories make of a model, for type checkers; every line is right."""

from __future__ import annotations

from typing import assert_type

from hypothesis.strategies import SearchStrategy

from skysyn.testing.factories import make, records, strategy

from .tasks import Task


def made() -> None:
    assert_type(make(Task), list[Task])
    assert_type(make(Task, 10), list[Task])
    assert_type(make(Task, n=10, seed_of=1, title="a task"), list[Task])
    assert_type(strategy(Task, n=1), SearchStrategy[Task])
    assert_type(records(Task), SearchStrategy[Task])
