"""The keys of records."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skysyn import RecordID
from skysyn.errors import NotSaved, QueryError, StateError
from tests.session.service import Service

if TYPE_CHECKING:
    from collections.abc import Callable
from .tasks import Task, User, loaded


def test_the_key_that_a_record_makes_stays() -> None:
    task = Task(title="A")

    assert task.id == task.id
    assert task.id == RecordID("task", task.ref_id)
    assert len(task.ref_id) == 36


@pytest.mark.parametrize("act", [Task.delete, Task.refresh])
def test_what_is_not_stored_is_neither_deleted_nor_refreshed(
    act: Callable[[Task], object],
) -> None:
    with pytest.raises(NotSaved, match="is not stored"):
        act(Task(title="A"))


def test_a_key_can_be_chosen() -> None:
    task = Task(title="A")
    _ = task.id

    twin = task.with_id("a/b ü")

    assert (str(twin.id), twin.title) == ("task/a/b ü", "A")
    assert twin != task


def test_a_stored_record_keeps_its_key() -> None:
    with pytest.raises(StateError, match="task/k is stored"):
        loaded().with_id("l")


def test_keys_are_not_empty() -> None:
    with pytest.raises(QueryError, match="not empty"):
        Task(title="A").with_id("")
    with pytest.raises(QueryError, match="not empty"):
        Task.ref("")


def test_keys_do_not_repeat_the_type() -> None:
    with pytest.raises(QueryError, match="is `type/key`"):
        Task(title="A").with_id("task/k")


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_any_key_travels_and_comes_back(key: str) -> None:
    service = Service()
    session = service.connect()
    session.save(User(name="Ann").with_id(key)).raise_for_failures()
    task = Task(title="A", reviewer=User.ref(key)).with_id(key)
    session.save(task).raise_for_failures()

    found = session.get(Task, RecordID("task", key))

    assert (found.id.key, found.reviewer) == (key, User.ref(key))
    assert found.reviewer is not None
    assert found.reviewer.load().ref_id == key
