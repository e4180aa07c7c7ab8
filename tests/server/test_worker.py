"""The worker: does in the background what nobody waits for."""

from __future__ import annotations

from contextlib import closing
from functools import partial
from threading import Event, Thread
from typing import TYPE_CHECKING

from skysyn.server.worker import Worker

if TYPE_CHECKING:
    import pytest


def test_tasks_are_done_in_their_order_and_waited_for() -> None:
    done: list[int] = []

    with closing(Worker("test")) as worker:
        for number in range(50):
            worker.do(partial(done.append, number))
        settled = worker.settle(60)

    assert (settled, done) == (True, list(range(50)))


def test_a_task_that_fails_stops_no_other(caplog: pytest.LogCaptureFixture) -> None:
    done: list[int] = []

    with closing(Worker("test")) as worker:
        worker.do(lambda: done.append(1 // 0))
        worker.do(lambda: done.append(2))
        worker.settle()

    assert (done, caplog.messages) == ([2], ["test: something failed"])


def test_what_is_too_much_is_left_out(caplog: pytest.LogCaptureFixture) -> None:
    free, done = Event(), list[int]()

    with closing(Worker("test", room=2)) as worker:
        worker.do(lambda: done.append(1 if free.wait(10) else 0))
        worker.do(lambda: done.append(2))
        worker.do(lambda: done.append(3))
        is_early = worker.settle(0)
        free.set()
        worker.settle()
        worker.do(lambda: done.append(4))
        worker.settle()

    assert (is_early, done) == (False, [1, 2, 4])
    assert caplog.messages == ["test: too much to do, so something is left out"]


def test_a_closed_worker_begins_nothing() -> None:
    done: list[int] = []
    worker = Worker("test")
    worker.close()

    worker.do(lambda: done.append(1))

    assert (worker.settle(), done) == (True, [])


def test_who_waits_is_told_when_what_waits_is_dropped_at_the_end() -> None:
    begun, free, done, settled = Event(), Event(), list[int](), list[bool]()

    def work() -> None:
        begun.set()
        free.wait(60)
        done.append(1)

    worker = Worker("test")
    worker.do(work)
    worker.do(lambda: done.append(2))
    begun.wait(60)
    waiting = Thread(target=lambda: settled.append(worker.settle()), daemon=True)
    waiting.start()
    closing_it = Thread(target=worker.close)
    closing_it.start()
    worker.closing.wait(60)
    free.set()
    closing_it.join()
    waiting.join(10)

    assert (settled, done) == ([True], [1])
