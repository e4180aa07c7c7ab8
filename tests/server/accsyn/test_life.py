"""Lives: jobs move with time alone, the same way however it is cut."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skysyn.errors import InvalidRequest
from skysyn.server.accsyn import commands, figures
from skysyn.server.accsyn.clock import SECOND
from skysyn.server.accsyn.lives import ACTIVE, FINISHED, JobLife, Rules, TaskLife
from skysyn.server.accsyn.schedule import advance

from .lives import MB, RULES, instants, job, worlds

if TYPE_CHECKING:
    from collections.abc import Sequence

YEAR = 365 * 86400 * SECOND
STATUSES = st.sampled_from(commands.WRITABLE)
TASK_STATUSES = st.sampled_from(commands.TASK_WRITABLE)


def after(seconds: float, *jobs: JobLife) -> tuple[JobLife, ...]:
    return advance(jobs, 0, int(seconds * SECOND), RULES)


def statuses(seconds: float, *jobs: JobLife) -> list[str]:
    return [life.status for life in after(seconds, *jobs)]


def test_a_job_is_measured_then_waits_then_runs_then_is_done() -> None:
    seen = [statuses(seconds, job(4))[0] for seconds in (0.5, 1.5, 2.5, 6.4, 6.5)]

    assert seen == ["init", "waiting", "running", "running", "done"]


def test_the_figures_of_a_running_job_are_those_of_the_service() -> None:
    (life,) = after(4.5, job(4))

    assert figures.of_job(life, RULES) == figures.Figures(
        status="running",
        size=4 * MB,
        progress=50,
        speed=1.0,
        etr="0h:0m:2s",
        finished=None,
        fault=None,
    )


def test_an_idle_job_has_no_speed_and_no_time_left() -> None:
    shown = figures.of_job(job(4), RULES)

    assert (shown.size, shown.progress, shown.speed, shown.etr) == (None, 0, -1.0, "")


def test_a_job_without_tasks_is_done_once_it_is_measured() -> None:
    (life,) = after(1, job())

    assert (life.status, life.finished) == ("done", SECOND)


def test_a_missing_source_fails_its_job_after_the_rest_is_done() -> None:
    fresh = job(1, 2)
    lost = attrs.evolve(fresh.tasks[0], fault="E#J001 no such file")
    (life,) = after(20, attrs.evolve(fresh, tasks=(lost, fresh.tasks[1])))

    assert [task.status for task in life.tasks] == ["failed", "done"]
    assert figures.of_job(life, RULES).fault == "E#J001 no such file"
    assert (life.status, life.finished) == ("failed", None)


def test_jobs_of_better_queues_come_first() -> None:
    low, high = job(9, 9, key="a", priority=1), job(9, 9, key="b", priority=999)

    assert statuses(5, low, high) == ["waiting", "running"]


def test_a_blocked_job_waits_for_its_queue() -> None:
    blocked = commands.block(job(1), True, 0)
    (waiting,) = after(60, blocked)
    let_go = commands.block(waiting, False, 60 * SECOND)

    (done,) = advance([let_go], 60 * SECOND, 62 * SECOND, RULES)
    assert (waiting.status, done.status) == ("waiting", "done")


def test_a_job_whose_tasks_are_all_on_hold_pauses_and_wakes_with_one_of_them() -> None:
    (life,) = after(3, job(5))
    held = commands.command_task(life, "0", "onhold", 3 * SECOND, RULES)
    woken = commands.command_task(held, "0", "queued", 4 * SECOND, RULES)

    assert (held.status, woken.status) == ("paused", "waiting")


def test_an_aborted_job_goes_on_where_it_was() -> None:
    (life,) = after(4.5, job(4))
    aborted = commands.command(life, "aborted", 5 * SECOND, RULES)
    retried = commands.command(aborted, "waiting", 9 * SECOND, RULES)

    (done,) = advance([retried], 9 * SECOND, 12 * SECOND, RULES)
    assert (aborted.finished, done.finished) == (5 * SECOND, 12 * SECOND)


def test_a_new_task_wakes_a_done_job() -> None:
    (done,) = after(60, job(1))
    more = commands.add(done, [TaskLife(key="9", size=MB)], 60 * SECOND, RULES)

    (again,) = advance([more], 60 * SECOND, 70 * SECOND, RULES)
    assert (more.status, more.finished, again.status) == ("waiting", None, "done")


@pytest.mark.parametrize("status", ["init", "running", "failed", "", "nonsense"])
def test_only_the_service_sets_such_statuses(status: str) -> None:
    with pytest.raises(InvalidRequest, match="cannot be set"):
        commands.command(job(1), status, 0, RULES)


@pytest.mark.parametrize("status", ["booting", "executing", "pending", "waiting"])
def test_only_the_service_sets_such_statuses_of_tasks(status: str) -> None:
    with pytest.raises(InvalidRequest, match="cannot be set"):
        commands.command_task(job(1), "0", status, 0, RULES)


def test_a_finished_job_cannot_be_paused() -> None:
    with pytest.raises(InvalidRequest, match="waiting first"):
        commands.command(after(60, job(1))[0], "paused", 60 * SECOND, RULES)


@given(worlds(), instants, instants)
def test_time_may_be_cut_anywhere(
    world: tuple[JobLife, ...], first: int, second: int
) -> None:
    cut = advance(advance(world, 0, first, RULES), first, first + second, RULES)

    assert cut == advance(world, 0, first + second, RULES)


@given(worlds(), st.lists(instants, max_size=6))
def test_progress_never_shrinks(
    world: tuple[JobLife, ...], times: Sequence[int]
) -> None:
    seen = [advance(world, 0, when, RULES) for when in sorted(times)]

    for number in range(len(world)):
        shown = [figures.of_job(jobs[number], RULES).progress for jobs in seen]
        assert shown == sorted(shown)


@given(worlds(), instants)
def test_lanes_are_never_too_many_nor_idle(
    world: tuple[JobLife, ...], when: int
) -> None:
    jobs = advance(world, 0, when, RULES)

    active = [t for life in jobs for t in life.tasks if t.status in ACTIVE]
    able = [life for life in jobs if life.status in {"waiting", "running"}]
    queued = [
        t
        for life in able
        if life.ready <= when
        for t in life.tasks
        if t.status == "queued"
    ]
    assert len(active) <= RULES.lanes
    assert not queued or len(active) == RULES.lanes


@given(worlds())
def test_everything_ends(world: tuple[JobLife, ...]) -> None:
    ends = {life.status for life in advance(world, 0, YEAR, RULES)}

    assert ends <= {"done", "failed", "paused"}


@given(worlds(), instants)
def test_a_job_is_the_sum_of_its_tasks(world: tuple[JobLife, ...], when: int) -> None:
    for life in advance(world, 0, when, RULES):
        shown = figures.of_job(life, RULES)
        tasks = figures.of_tasks(life, RULES)
        counted = [t for t in tasks.values() if t.status != "excluded"]
        speeds = [t.speed for t in counted if t.speed > 0]
        sizes = [t.size for t in counted]

        assert shown.size == (
            None if life.status == "init" else sum(size or 0 for size in sizes)
        )
        assert shown.speed == pytest.approx(sum(speeds) if speeds else -1.0)
        assert (shown.progress == 100) == (
            life.status == "done"
            or (bool(counted) and all(t.progress == 100 for t in counted))
        )


@given(worlds(), instants, instants)
def test_done_is_final(world: tuple[JobLife, ...], first: int, more: int) -> None:
    jobs = advance(world, 0, first, RULES)
    later = advance(jobs, first, first + more, RULES)

    finished = [life for life in jobs if life.status in FINISHED]
    assert [one for one in later if one in finished] == finished


@given(worlds(), instants, instants)
def test_a_pause_stops_the_clock(
    world: tuple[JobLife, ...], first: int, more: int
) -> None:
    jobs = advance(world, 0, first, RULES)
    paused = tuple(
        life if life.status == "done" else commands.pause(life, first) for life in jobs
    )

    assert advance(paused, first, first + more, RULES) == paused


@given(worlds(), instants, st.integers(0, 3), STATUSES, TASK_STATUSES)
def test_commands_leave_jobs_that_end(
    world: tuple[JobLife, ...], when: int, which: int, status: str, task: str
) -> None:
    jobs = list(advance(world, 0, when, RULES))
    chosen = jobs[which % len(jobs)]
    if chosen.tasks:
        key = chosen.tasks[0].key
        chosen = commands.command_task(chosen, key, task, when, RULES)
    if not (status == "paused" and chosen.status in FINISHED):
        chosen = commands.command(chosen, status, when, RULES)
    jobs[which % len(jobs)] = chosen

    ends = {life.status for life in advance(jobs, when, YEAR, RULES)}
    assert ends <= {"done", "failed", "paused", "aborted"}


def test_ten_thousand_tasks_are_soon_told() -> None:
    many = tuple(job(*[1] * 1000, key=f"{n:02}") for n in range(10))

    jobs = advance(many, 0, YEAR, Rules(lanes=3))

    assert {life.status for life in jobs} == {"done"}
