"""Threads that share a record."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from .tasks import Task, loaded


def test_two_threads_may_read_one_record_at_once() -> None:
    size = 300
    tasks = [loaded(n=i, tags=["a"]) for i in range(size)]
    start = Barrier(4)

    def read(name: str) -> list[object]:
        start.wait(60)
        return [getattr(task, name) for task in tasks]

    with ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(read, name) for name in ("title", "n", "views", "tags")]
        titles, numbers, views, tags = (done.result() for done in asked)

    assert titles == ["A"] * size
    assert numbers == list(range(size))
    assert views == [3] * size
    assert all(kept is task.tags for kept, task in zip(tags, tasks, strict=True))


def test_a_field_set_while_another_thread_reads_is_found() -> None:
    task = loaded(n=3)
    wire = task.__sky_wire__
    assert wire is not None
    descriptor: Any = Task.__sky_fields__["n"]

    # what another thread does between the look into __dict__ and the descriptor
    task.__sky_fill__(wire)

    assert descriptor.__get__(task, Task) == 3


def test_two_threads_see_one_key_of_a_new_record() -> None:
    tasks = [Task(title="A") for _ in range(300)]
    start = Barrier(4)

    def read(_: int) -> list[str]:
        start.wait(60)
        return [task.ref_id for task in tasks]

    with ThreadPoolExecutor(4) as pool:
        first, *others = pool.map(read, range(4))

    assert others == [first] * 3
