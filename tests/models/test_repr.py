"""How a record is shown."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from skysyn import Field, Record, Ref, field
from skysyn.models import Origin

from .tasks import Task


def test_repr_is_short_and_hides_secrets() -> None:
    task = Task(title="x" * 300, token="canary", tags=list("abcdefg")).with_id("k")

    shown = repr(task)

    assert len(shown) < 200
    assert "canary" not in shown
    assert shown.startswith("Task('k', title='xxx")
    assert "token=***" in shown


def test_repr_shows_dates_whole() -> None:
    due = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)

    shown = repr(Task(title="A", due=due).with_id("k"))

    assert "due=2026-01-02T03:04:05.678901+00:00" in shown


def test_repr_of_records_in_a_circle_ends() -> None:
    class Node(Record):
        next: Field[Ref[Node] | None] = field(default=None)

    first, second = Node().with_id("1"), Node().with_id("2")
    first.next, second.next = second, first

    assert repr(first) == "Node('1', next=Ref(Node, '2'))"


@pytest.mark.parametrize(
    "wire",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b'{"_id":5}',
        b'{"_id":"task"}',
        b'{"_id":"task/k","title":[1]}',
        b'{"_id":"task/k","title":"\xff"}',
        b'{"_id":"task/k","title":',
    ],
)
def test_repr_works_for_broken_records(wire: bytes) -> None:
    task = Task.__sky_make__(wire, Origin(None))

    assert repr(task).startswith("Task(")
