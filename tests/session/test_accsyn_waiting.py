"""A job is waited for."""

from __future__ import annotations

import pytest

from skysyn.accsyn import JobStatus, Transfer
from skysyn.errors import TimedOut
from tests.accsyn.stub import ENTITY, Stub, first
from tests.transport.virtual import VirtualTime


def waiting(*statuses: str) -> Stub:
    rows = [{"id": ENTITY, "status": status} for status in statuses]
    return Stub(first(*({"result": [row]} for row in rows)))


def test_waiting_ends_when_the_job_does() -> None:
    time = VirtualTime()
    job = Transfer.query(waiting("waiting", "running", "running", "done").typed()).one()
    seen: list[JobStatus | None] = []

    job.wait(progress=lambda j: seen.append(j.status), clock=time.clock)

    assert seen == [JobStatus.RUNNING, JobStatus.RUNNING, JobStatus.DONE]
    assert time.sleeps == [1.0, 1.5]


def test_waiting_has_a_time_limit() -> None:
    time = VirtualTime()
    job = Transfer.query(waiting(*["running"] * 9).typed()).one()

    with pytest.raises(TimedOut, match="running"):
        job.wait({JobStatus.DONE}, timeout=4, clock=time.clock)
    assert sum(time.sleeps) == 4
