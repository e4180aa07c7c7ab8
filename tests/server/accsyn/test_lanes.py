"""Lanes: the jobs of a workspace share them, those of better queues first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skysyn import accsyn as a

if TYPE_CHECKING:
    from .world import World

MOST = 5 * 100_000_000


def test_a_job_of_a_better_queue_overtakes_one_that_came_first(world: World) -> None:
    root = world.server.settings.spaces[0].shares["proj"]
    for number in range(8):
        with (root / f"{number}.bin").open("wb") as file:
            file.truncate(MOST)
    with world.session() as kim:
        for queue in ("low", "high"):
            tasks = [
                a.NewTask(source=f"{number}.bin", destination=f"site=hq:{queue}/")
                for number in range(8)
            ]
            kim.create(a.NewTransfer(name=queue, queue=queue, tasks=tasks))
        world.pass_time(6)
        moved = {str(job.name): job.progress for job in kim.query(a.Transfer).all()}
        world.pass_time(8)
        left = [job.name for job in kim.query(a.Transfer).all()]

    assert (moved["low"], (moved["high"] or 0) > 10) == (0, True)
    assert left == ["low"]
