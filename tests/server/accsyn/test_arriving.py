"""Arriving: files are copied while others go on, and come only if they are wanted."""

from __future__ import annotations

import fcntl
import os
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import attrs
import pytest

from skysyn import accsyn as a
from skysyn.dialects.accsyn.events import Event
from skysyn.errors import NotFound
from skysyn.server.accsyn.unfinished import lock, mark_of, part

from .world import World, read, settings

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator
    from pathlib import Path

    from skysyn import AccsynSession

SOON = 60.0
OUT = "share=proj/out/"


@pytest.fixture(params=[":memory:", "file"])
def hurried(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[World]:
    """A workspace whose requests do not wait for files."""
    database = str(tmp_path / "db") if request.param == "file" else ":memory:"
    made = World.make(settings(tmp_path, copy_seconds=0, database=database))
    (tmp_path / "acmefilm/out").mkdir()
    with made.server:
        yield made


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "acmefilm/out"


@contextmanager
def held_up(folder: Path, task: str) -> Generator[None]:
    """Hold up what is copied into *folder* for a task, as a slow disk does."""
    with (folder / part(mark_of("acmefilm", task))).open("wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def wait_until(is_so: Callable[[], bool]) -> None:
    until = time.monotonic() + SOON
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.02)


def sent(session: AccsynSession) -> tuple[a.Transfer, a.Task]:
    job = session.create(a.NewTransfer(source="a.mov", destination=OUT))
    [task] = session.query(a.Task).parent(job).all()
    return job, task


def status(job: a.Transfer) -> str:
    job.refresh()
    return str(job.status)


def test_others_go_on_while_a_file_is_copied(hurried: World, out: Path) -> None:
    with hurried.session() as kim:
        job, task = sent(kim)
        with held_up(out, str(task.id)):
            hurried.pass_time(60)
            seen = [status(job) for _ in range(3)]
            kim.save(a.Queue(name="Rush"))
            [shown] = kim.query(a.Task).parent(job).all()

            assert seen == ["running"] * 3
            assert (job.progress, job.etr, job.finished) == (99, "0h:0m:0s", None)
            assert (shown.status, shown.finished) == ("executing", None)
            assert kim.files.ls(a.Place.parse("share=proj/out")) == []
        wait_until(lambda: status(job) == "done")

    assert [path.name for path in out.iterdir()] == ["a.mov"]
    assert (out / "a.mov").read_bytes() == b"x" * 1000


def test_a_job_ends_when_its_time_was_over_however_long_copies_take(
    hurried: World, out: Path
) -> None:
    with hurried.session() as kim:
        slow, task = sent(kim)
        with held_up(out, str(task.id)):
            hurried.pass_time(3600)
            assert status(slow) == "running"
        wait_until(lambda: status(slow) == "done")

        assert slow.finished is not None
        assert slow.created is not None
        assert (slow.finished - slow.created).total_seconds() < 10


def write(uri: str, **data: object) -> Callable[[World, str], None]:
    """Return what writes to a job, to its task, or to the queue that both are in."""

    def change(world: World, job: str) -> None:
        [queue] = world.ask("GET", "queue/find", query="default=true")["result"]
        key = queue["id"] if uri == "queue/edit" else job
        sent = [{"uri": "0", **data}] if uri == "task/edit" else data
        assert "result" in world.ask("PUT", uri, sent, id=key)

    return change


def delete(world: World, job: str) -> None:
    assert world.ask("DELETE", "transfer/delete", id=job) == {"result": True}


@pytest.mark.parametrize(
    ("stop", "after"),
    [
        (write("transfer/edit", status="aborted"), ["aborted"]),
        (write("transfer/edit", status="paused"), ["paused"]),
        (write("transfer/edit", status="done"), ["done"]),
        (write("task/edit", status="excluded"), ["done"]),
        (write("task/edit", status="onhold"), ["paused"]),
        (write("queue/edit", status="paused"), ["waiting"]),
        (delete, []),
    ],
    ids=[
        "abort",
        "pause",
        "complete",
        "leave out",
        "hold",
        "pause the queue",
        "delete",
    ],
)
def test_what_is_stopped_while_it_is_copied_does_not_arrive(
    hurried: World,
    out: Path,
    stop: Callable[[World, str], None],
    after: list[str],
) -> None:
    with hurried.session() as kim:
        job, task = sent(kim)
        with held_up(out, str(task.id)):
            hurried.pass_time(60)
            assert status(job) == "running"
            stop(hurried, str(job.id))
            wait_until(lambda: not list(out.glob("*.lock")))
        hurried.pass_time(0.1)
        active, over = kim.query(a.Transfer).all(), kim.query(a.Transfer).finished()
        shown = kim.files.ls(a.Place.parse("share=proj/out"))

    assert [one.status for one in (*active, *over)] == after
    assert shown == []
    assert list(out.iterdir()) == []


def test_what_was_paused_while_it_was_copied_arrives_once_resumed(
    hurried: World, out: Path
) -> None:
    with hurried.session() as kim:
        job, task = sent(kim)
        with held_up(out, str(task.id)):
            hurried.pass_time(60)
            status(job)
            write("transfer/edit", status="paused")(hurried, str(job.id))
        write("transfer/edit", status="waiting")(hurried, str(job.id))
        hurried.pass_time(60)
        wait_until(lambda: status(job) == "done")

    assert [path.name for path in out.iterdir()] == ["a.mov"]


def test_a_server_that_is_closed_leaves_its_copies_to_the_next(
    tmp_path: Path, out: Path
) -> None:
    chosen = settings(tmp_path, copy_seconds=0, database=str(tmp_path / "db"))
    first = World.make(chosen)
    out.mkdir()
    with first.server, first.session() as kim:
        job, task = sent(kim)
        key = str(task.id)
        with held_up(out, key):
            first.pass_time(60)
            assert status(job) == "running"
            first.server.close()
    left = (out / part(mark_of("acmefilm", key))).exists()

    second = World.make(chosen)
    second.pass_time(60)
    with second.server, second.session() as kim:
        wait_until(lambda: [j.status for j in kim.query(a.Transfer).finished()] != [])

    assert left
    assert [path.name for path in out.iterdir()] == ["a.mov"]


def test_a_file_is_on_the_disk_before_it_has_its_name(
    world: World, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync, synced = os.fsync, dict[int, int]()

    def watched(opened: int) -> None:
        sync(opened)
        assert not (out / "a.mov").exists()
        status = os.fstat(opened)
        synced[status.st_ino] = status.st_size

    out.mkdir()
    monkeypatch.setattr(os, "fsync", watched)
    with world.session() as kim:
        job, _ = sent(kim)
        world.pass_time(60)
        assert status(job) == "done"

    assert synced == {(out / "a.mov").stat().st_ino: 1000}


def test_what_another_process_copies_is_left_to_it(world: World, out: Path) -> None:
    out.mkdir()
    with world.session() as kim:
        job, task = sent(kim)
        with (out / lock(mark_of("acmefilm", str(task.id)))).open("wb") as other:
            fcntl.flock(other, fcntl.LOCK_EX)
            world.pass_time(60)
            during = status(job), (out / "a.mov").exists()

        assert (during, status(job)) == (("running", False), "done")
    assert [path.name for path in out.iterdir()] == ["a.mov"]


def test_a_copy_that_fails_leaves_the_other_tasks_alone(world: World) -> None:
    with world.session() as kim:
        tasks = [
            a.NewTask(source="a.mov", destination="share=proj/scd/b.mov/x"),
            a.NewTask(source="scd/b.mov", destination=OUT),
        ]
        job = kim.create(a.NewTransfer(tasks=tasks))
        world.pass_time(60)
        job.refresh()

        assert job.status_hr == "failed: E#J057 not found: scd/b.mov/x does not exist"
        assert [task.status for task in kim.query(a.Task).parent(job).all()] == [
            "failed",
            "done",
        ]


def test_who_may_not_come_in_has_nothing_copied(world: World, tmp_path: Path) -> None:
    with world.session() as kim:
        sent(kim)
    world.pass_time(60)
    for method, uri in (("GET", "transfer/find"), ("PUT", "transfer/edit")):
        request = world.request(Event(method, uri, {}, None, None))
        headers = {**request.headers, "Authorization": "basic a2lt:bm9uZQ=="}
        body = read(world.send(attrs.evolve(request, headers=headers)))
        assert body == {"message": "unauthorized: invalid credentials"}

    assert not (tmp_path / "acmefilm/out").exists()


def test_a_folder_is_not_copied_into_itself(world: World) -> None:
    with world.session() as kim:
        job = kim.create(
            a.NewTransfer(source="share=proj/scd", destination="share=proj/scd/x/")
        )
        world.pass_time(60)
        job.refresh()

        assert "inside of what is copied" in str(job.status_hr)


def leave_behind(folder: Path) -> list[Path]:
    """Leave what a killed server does."""
    mark = "0123456789abcdef" * 2
    left = [folder / part(mark), folder / lock(mark)]
    for path in left:
        path.write_bytes(b"half of it")
    return left


def test_what_a_killed_server_left_is_not_taken_for_files(
    world: World, tmp_path: Path
) -> None:
    left = leave_behind(tmp_path / "acmefilm/scd")
    place = a.Place.parse(f"share=proj/scd/{left[0].name}")
    with world.session() as kim:
        there = kim.files.exists(place)
        with pytest.raises(NotFound):
            kim.files.getsize(place)
        kim.create(a.NewTransfer(source="scd", destination=OUT))
        world.pass_time(60)
        kim.query(a.Transfer).all()

    assert there is False
    assert [p.name for p in (tmp_path / "acmefilm/out/scd").iterdir()] == ["b.mov"]


@pytest.mark.parametrize("op", ["ls", "getsize"])
def test_looking_into_a_folder_clears_away_what_was_left(
    world: World, tmp_path: Path, op: str
) -> None:
    left = leave_behind(tmp_path / "acmefilm/scd")
    with world.session() as kim:
        scd = a.Place.parse("share=proj/scd")
        found: object = kim.files.getsize(scd)
        if op == "ls":
            found = [entry.filename for entry in kim.files.ls(scd)]

    assert found == (["b.mov"] if op == "ls" else 500)
    assert not any(path.exists() for path in left)


def test_a_folder_with_nothing_but_leftovers_is_empty(
    world: World, tmp_path: Path
) -> None:
    folder = tmp_path / "acmefilm/day"
    folder.mkdir()
    leave_behind(folder)
    with world.session() as kim:
        kim.files.delete(a.Place.parse("share=proj/day"))

    assert not folder.exists()
