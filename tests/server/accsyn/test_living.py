"""Living: rows of jobs and tasks change as their lives do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skysyn.errors import InvalidRequest
from skysyn.server.accsyn.contracts import Changes, Scene
from skysyn.server.accsyn.living import Living

from .lives import MB, RULES

START = datetime(2026, 7, 2, 8, 15, tzinfo=UTC)
LIVING = Living(RULES)


def task(name: str = "0", size: int | None = 4 * MB, **more: object) -> dict[str, Any]:
    source = {"path": f"in/{name}.mov"}
    return {"id": name, "size": size, "status": "queued", "source": source, **more}


def scene(kind: str = "transfer", *tasks: dict[str, Any], **more: object) -> Scene:
    job = {"id": "j", "_kind": kind, "created": START, **more}
    return Scene(job, tasks, START)


def write(seen: Scene, changes: Changes) -> Scene:
    """Return the scene with its changes written down."""
    tasks = [{**row, **changes.tasks.get(str(row["id"]), {})} for row in seen.tasks]
    return attrs.evolve(seen, job={**seen.job, **changes.job}, tasks=tasks)


def begun(*tasks: dict[str, Any], **more: object) -> Scene:
    fresh = scene("transfer", *tasks, **more)
    return write(fresh, LIVING.begin(fresh))


def at(seconds: float, seen: Scene) -> Scene:
    now = attrs.evolve(seen, now=START + timedelta(seconds=seconds))
    [changes] = LIVING.advance([now])
    return write(now, changes)


def test_rows_show_a_transfer_on_its_way() -> None:
    seen = at(4.5, begun(task()))

    shown = {name: seen.job[name] for name in ("status", "size", "progress", "etr")}
    assert shown == {
        "status": "running",
        "size": 4 * MB,
        "progress": 50,
        "etr": "0h:0m:2s",
    }
    assert [(row["status"], row["time"]) for row in seen.tasks] == [("executing", 2500)]


def test_rows_of_a_done_transfer_do_not_change() -> None:
    done = at(60, begun(task()))
    later = attrs.evolve(done, now=START + timedelta(days=9))

    assert done.job["finished"] == START + timedelta(seconds=6.5)
    assert LIVING.advance([later]) == [Changes()]


def test_rows_of_a_job_that_waits_are_not_written_again() -> None:
    waiting = begun(task())
    later = attrs.evolve(waiting, now=START + timedelta(seconds=0.5))

    assert LIVING.advance([later]) == [Changes()]


def test_a_task_without_a_size_has_no_source() -> None:
    failed = at(60, begun(task(size=None)))

    assert failed.job["status"] == "failed"
    assert "E#J001 the source does not exist: in/0.mov" in str(failed.job["_life"])


def test_what_was_missing_is_found_by_a_retry_that_measures_again() -> None:
    failed = at(60, begun(task(size=None)))
    found = attrs.evolve(failed, tasks=[{**failed.tasks[0], "size": MB}])

    retried = write(found, LIVING.order(found, "waiting"))

    assert at(70, retried).job["status"] == "done"


def test_a_new_task_wakes_its_job() -> None:
    done = at(60, begun(task()))
    more = attrs.evolve(done, tasks=[*done.tasks, task("1", MB)])

    woken = write(more, LIVING.begin(more))

    assert [woken.job["status"], at(70, woken).job["status"]] == ["waiting", "done"]


def test_a_job_made_paused_stays_so_until_it_is_resumed() -> None:
    paused = at(3600, begun(task(), status="paused"))
    resumed = write(paused, LIVING.order(paused, "waiting"))

    assert paused.job["status"] == "paused"
    assert at(3610, resumed).job["status"] == "done"


def test_a_speed_limit_is_kept() -> None:
    seen = at(10, begun(task(), settings={"transfer_speedlimit": "0.25"}))

    assert (seen.job["speed"], seen.job["progress"]) == (0.25, 46)


def test_a_task_is_held_and_let_go() -> None:
    running = at(3, begun(task()))
    held = write(running, LIVING.order_task(running, "0", "onhold"))
    let_go = write(held, LIVING.order_task(held, "0", "queued"))

    assert [held.job["status"], let_go.job["status"]] == ["paused", "waiting"]


def test_a_delivery_of_files_to_somebody_is_sent_at_once() -> None:
    fresh = attrs.evolve(scene("delivery", task()), recipients=1)
    sent = write(fresh, LIVING.begin(fresh))

    assert [sent.job["status"], at(5, sent).job["status"]] == ["pending", "waiting"]


def test_a_delivery_without_files_is_filled_and_then_submitted() -> None:
    fresh = scene("delivery")
    made = write(fresh, LIVING.begin(fresh))
    filled = attrs.evolve(made, recipients=1, uploads=1)

    with pytest.raises(InvalidRequest, match="nobody"):
        LIVING.order(made, "pending")
    assert LIVING.order(filled, "pending").job["status"] == "pending"


def test_a_delivery_is_done_when_all_have_acted() -> None:
    fresh = attrs.evolve(scene("delivery", task()), recipients=2)
    sent = at(5, write(fresh, LIVING.begin(fresh)))

    done = at(9, attrs.evolve(sent, acted=2))

    assert (done.job["status"], done.job["finished"]) == ("done", done.now)


def test_a_request_may_be_held_before_it_is_sent() -> None:
    held = attrs.evolve(scene("request", status="init"), recipients=1)
    made = write(held, LIVING.begin(held))

    assert made.job["status"] == "init"
    assert LIVING.order(made, "waiting").job["status"] == "pending"


def looked(seconds: float, *scenes: Scene) -> list[Scene]:
    """Return the scenes of one workspace after somebody looked."""
    now = START + timedelta(seconds=seconds)
    later = [attrs.evolve(one, now=now) for one in scenes]
    found = LIVING.advance(later)
    return [write(one, changes) for one, changes in zip(later, found, strict=True)]


def named(key: str, priority: int = 500) -> Scene:
    fresh = scene("transfer", task("0", 4 * MB), task("1", 4 * MB))
    fresh = attrs.evolve(fresh, job={**fresh.job, "id": key}, priority=priority)
    return write(fresh, LIVING.begin(fresh))


@pytest.mark.parametrize("looks", [[], [1.5, 3, 3.3, 6.7, 7]])
def test_jobs_share_the_lanes_by_their_queues(looks: list[float]) -> None:
    scenes = [named("a", priority=1), named("b", priority=999)]
    for when in looks:
        scenes = looked(when, *scenes)

    seen = [[one.job["status"] for one in looked(when, *scenes)] for when in (7.5, 20)]
    assert seen == [["running", "done"], ["done", "done"]]


def test_a_job_of_a_paused_queue_waits_until_it_is_let_go() -> None:
    [running] = looked(3, named("a"))
    blocked = looked(4, attrs.evolve(running, is_blocked=True))
    [waiting] = looked(60, *blocked)
    let_go = looked(60, attrs.evolve(waiting, is_blocked=False))

    seen = [one.job["status"] for one in [*blocked, waiting, *looked(62.5, *let_go)]]
    assert seen == ["waiting", "waiting", "done"]


@given(st.lists(st.floats(0, 100), max_size=5), st.lists(st.integers(0, 9 * MB)))
def test_looking_changes_nothing(looks: list[float], sizes: list[int]) -> None:
    fresh = begun(*[task(str(number), size) for number, size in enumerate(sizes)])
    seen = fresh
    for when in sorted(looks):
        seen = at(when, seen)

    assert visible(at(100, seen)) == visible(at(100, fresh))


def visible(seen: Scene) -> object:
    rows = [seen.job, *seen.tasks]
    return [{name: row[name] for name in row if name != "_life"} for row in rows]
