"""Trying: failed jobs are tried again by themselves as their settings say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skysyn import accsyn as a
from skysyn.server.accsyn import commands
from skysyn.server.accsyn.clock import SECOND
from skysyn.server.accsyn.lives import FINISHED, JobLife
from skysyn.server.accsyn.schedule import advance

from .lives import RULES, instants, job, worlds

if TYPE_CHECKING:
    from pathlib import Path

    from skysyn import AccsynSession

    from .world import World

TWICE = {"job_max_retries": "2", "job_autoretray_delay_s": "100"}


def lost(session: AccsynSession, **given: str) -> a.Transfer:
    """Make a transfer of a file that is not there."""
    return session.create(
        a.NewTransfer(
            source="lost.mov", destination="share=proj/out/", settings=given or None
        )
    )


def seen(world: World, job: a.Transfer, *times: float) -> list[str]:
    """Return what a job is after each of several times."""
    found: list[str] = []
    for seconds in times:
        world.pass_time(seconds)
        job.refresh()
        found.append(str(job.status))
    return found


def test_a_failed_job_is_tried_again_as_often_as_it_says(each_world: World) -> None:
    with each_world.session() as kim:
        job = lost(kim, **TWICE)

        states = seen(each_world, job, 10, 93, 0.7, 10, 90.8, 10, 1000)

    assert states == [
        *("failed", "waiting", "running"),
        *("failed", "waiting", "failed", "failed"),
    ]


def test_a_job_that_says_nothing_is_not_tried_again(world: World) -> None:
    with world.session() as kim:
        job = lost(kim)

        assert seen(world, job, 10, 100_000) == ["failed", "failed"]


def test_a_file_that_came_meanwhile_is_found(world: World, tmp_path: Path) -> None:
    with world.session() as kim:
        job = lost(kim, **TWICE)
        before = seen(world, job, 10)
        (tmp_path / "acmefilm/lost.mov").write_bytes(b"found")

        after = seen(world, job, 200)

    assert (before, after, job.size) == (["failed"], ["done"], 5)
    assert (tmp_path / "acmefilm/out/lost.mov").read_bytes() == b"found"


def test_what_could_not_be_copied_is_copied_again(world: World, tmp_path: Path) -> None:
    (tmp_path / "acmefilm/out").write_text("a file where a folder is wanted")
    with world.session() as kim:
        new = a.NewTransfer(
            source="a.mov", destination="share=proj/out/", settings=TWICE
        )
        job = kim.create(new)
        before = seen(world, job, 10)
        (tmp_path / "acmefilm/out").unlink()

        after = seen(world, job, 200)

    assert (before, after) == (["failed"], ["done"])


@pytest.mark.parametrize("where", ["workspace", "queue", "transfer"])
def test_jobs_have_the_settings_of_their_queue_and_workspace(
    world: World, where: str
) -> None:
    with world.session() as kim:
        job = lost(kim)
        queue = kim.query(a.Queue).filter(a.Queue.default == True).one()
        key = {"workspace": None, "queue": queue.id, "transfer": job.id}[where]
        for name, value in TWICE.items():
            data = {"entitytype": where, "name": name, "value": value}
            assert world.ask("PUT", "setting", data, id=key) == {"result": True}

        assert seen(world, job, 10, 93, 10) == ["failed", "waiting", "failed"]


def test_the_settings_of_a_job_itself_come_first(world: World) -> None:
    with world.session() as kim:
        data = {"entitytype": "workspace", "name": "job_max_retries", "value": "5"}
        world.ask("PUT", "setting", data)
        job = lost(kim, job_max_retries="0")

        assert seen(world, job, 10, 65) == ["failed", "failed"]


@pytest.mark.parametrize(
    ("retries", "delay"),
    [("-1", "9"), ("many", "9"), ("", ""), ("nan", "nan"), ("0", "-5")],
)
def test_settings_that_say_nothing_let_a_job_be(
    world: World, retries: str, delay: str
) -> None:
    with world.session() as kim:
        job = lost(kim, job_max_retries=retries, job_autoretray_delay_s=delay)

        assert seen(world, job, 10, 1000) == ["failed", "failed"]


@pytest.mark.parametrize("delay", ["nan", "soon", "-5", "1e300", ""])
def test_a_delay_that_is_none_is_a_minute(world: World, delay: str) -> None:
    with world.session() as kim:
        job = lost(kim, job_max_retries="1", job_autoretray_delay_s=delay)

        assert seen(world, job, 10, 52, 1) == ["failed", "failed", "waiting"]


def test_a_retry_by_somebody_begins_the_count_anew(world: World) -> None:
    with world.session() as kim:
        job = lost(kim, job_max_retries="1")
        spent = seen(world, job, 10, 100, 1000)
        world.ask("PUT", "transfer/edit", {"status": "waiting"}, id=job.id)

        assert spent == ["failed"] * 3
        assert seen(world, job, 10, 52) == ["failed", "waiting"]


def test_missing_files_are_left_out_if_a_job_says_so(world: World) -> None:
    with world.session() as kim:
        tasks = [
            a.NewTask(source=name, destination="share=proj/out/")
            for name in ("lost.mov", "a.mov")
        ]
        ignoring = {"job_on_missing": "ignore"}
        job = kim.create(a.NewTransfer(tasks=tasks, settings=ignoring))
        states = seen(world, job, 60)
        found = kim.query(a.Task).parent(job).all()

    assert (states, job.size) == (["done"], 1000)
    assert [task.status for task in found] == ["excluded", "done"]


def failing(*sizes: int, most: int = 3) -> JobLife:
    fresh = job(*sizes)
    first = attrs.evolve(fresh.tasks[0], fault="E#J001 no such file")
    return attrs.evolve(fresh, tasks=(first, *fresh.tasks[1:]), most_retries=most)


def test_done_tasks_are_not_done_again_by_a_retry() -> None:
    (life,) = advance([failing(1, 2)], 0, 657 * SECOND // 10, RULES)

    assert [task.status for task in life.tasks] == ["booting", "done"]
    assert (life.status, life.retries) == ("running", 1)


@settings(deadline=None)
@given(worlds(), st.lists(st.integers(0, 4)), instants, instants)
def test_retries_may_be_cut_anywhere(
    world: tuple[JobLife, ...], mosts: list[int], first: int, second: int
) -> None:
    jobs = tuple(
        attrs.evolve(life, most_retries=most, retry_after=most * 7 * SECOND)
        for life, most in zip(world, [*mosts, 0, 1, 2, 3], strict=False)
    )
    cut = advance(advance(jobs, 0, first, RULES), first, first + second, RULES)

    assert cut == advance(jobs, 0, first + second, RULES)


@settings(deadline=None)
@given(worlds(), st.integers(0, 4))
def test_failing_ends(world: tuple[JobLife, ...], most: int) -> None:
    jobs = [attrs.evolve(life, most_retries=most) for life in world]
    ends = advance(jobs, 0, 10**6 * SECOND, RULES)

    failed = [life for life in ends if life.status == "failed"]
    assert {life.status for life in ends} <= {*FINISHED, "failed", "paused"}
    assert {life.retries for life in failed} <= {most}


@settings(deadline=None)
@given(worlds(), instants, instants)
def test_what_lands_holds_no_lane_and_ends_with_its_files(
    world: tuple[JobLife, ...], first: int, second: int
) -> None:
    landing = [
        attrs.evolve(
            life, tasks=tuple(attrs.evolve(task, lands=True) for task in life.tasks)
        )
        for life in world
    ]
    plain = advance(world, 0, first + second, RULES)
    lives = advance(landing, 0, first + second, RULES)

    landed = [
        commands.land(life, dict.fromkeys(task.key for task in life.tasks))
        for life in lives
    ]
    bare = [
        attrs.evolve(
            life, tasks=tuple(attrs.evolve(task, lands=False) for task in life.tasks)
        )
        for life in landed
    ]
    assert [without_since(life) for life in bare] == [
        without_since(one) for one in plain
    ]


def without_since(life: JobLife) -> JobLife:
    return attrs.evolve(life, since=0)
