"""Copies of a record."""

from __future__ import annotations

import copy
import pickle
from typing import TYPE_CHECKING, Any

import attrs
import pytest

from skysyn.errors import NoSessionError
from tests.session.service import Service

if TYPE_CHECKING:
    from collections.abc import Callable
from .tasks import Task, User, loaded


def shallow(task: Task) -> Task:
    return copy.copy(task)


def deep(task: Task) -> Task:
    return copy.deepcopy(task)


def pickled(task: Task) -> Task:
    again: Task = pickle.loads(pickle.dumps(task))
    return again


COPIES: list[Any] = [Task.copy, shallow, deep]


def both_kinds() -> list[Task]:
    stored = loaded(tags=["a"], data={"a": [1]})
    stored.title = "B"
    return [stored, Task(title="A", tags=["a"], data_={"a": [1]})]


@pytest.mark.parametrize("task", both_kinds(), ids=["stored", "new"])
@pytest.mark.parametrize("duplicate", [*COPIES, pickled])
def test_a_copy_has_the_same_id_values_and_changes(
    task: Task, duplicate: Callable[[Task], Task]
) -> None:
    task = copy.deepcopy(task)

    twin = duplicate(task)

    assert twin == task
    assert twin.id == task.id
    assert twin.changes == task.changes
    assert (twin.title, twin.tags, twin.is_stored) == (
        task.title,
        task.tags,
        task.is_stored,
    )


@pytest.mark.parametrize("task", both_kinds(), ids=["stored", "new"])
def test_a_deep_copy_shares_no_lists(task: Task) -> None:
    twin = task.copy()

    twin.tags.append("b")

    assert (task.tags, twin.tags) == (["a"], ["a", "b"])


@pytest.mark.parametrize("duplicate", COPIES)
def test_a_copy_keeps_the_session(duplicate: Callable[[Task], Task]) -> None:
    service = Service()
    task = service.connect().save(Task(title="A")).saved[0]

    duplicate(task).refresh()

    assert [body["action"] for body in service.sent()] == [
        "record:save",
        "record:fetch",
    ]


def test_a_pickled_record_forgets_its_session() -> None:
    task = Service().connect().save(Task(title="A", reviewer=User.ref("u"))).saved[0]
    _ = task.title

    again = pickle.loads(pickle.dumps(task))

    with pytest.raises(NoSessionError):
        again.refresh()
    with pytest.raises(NoSessionError):
        again.reviewer.load()


evolve: Any = attrs.evolve


"""Without its types: mypy knows attrs classes by their decorator only."""


def test_evolve_makes_a_new_record() -> None:
    task = loaded(n=3)

    other = evolve(task, title="B")

    assert (other.title, other.n, other.is_stored) == ("B", 3, False)
    assert other != task


def test_attrs_lists_fields_and_values() -> None:
    task = loaded(n=3)

    names = [a.name for a in attrs.fields(Task)]
    values = attrs.asdict(task, recurse=False)

    assert names[-2:] == ["token", "views"]
    assert (values["title"], values["n"], values["views"]) == ("A", 3, 3)
    assert set(values) == set(names)
