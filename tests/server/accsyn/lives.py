"""Lives of jobs for tests: some by hand, and all kinds by chance."""

from __future__ import annotations

import attrs
from hypothesis import strategies as st

from skysyn.server.accsyn.clock import SECOND
from skysyn.server.accsyn.commands import begin
from skysyn.server.accsyn.lives import JobLife, Rules, TaskLife

RULES = Rules(lanes=2, rate=1_000_000)
MB = 1_000_000


def job(*sizes: int, key: str = "a", at: int = 0, priority: int = 500) -> JobLife:
    """Return a new job that has a task of each size, in megabytes."""
    tasks = [TaskLife(key=str(n), size=size * MB) for n, size in enumerate(sizes)]
    return attrs.evolve(begin(key, tasks, at, RULES), priority=priority)


tasks = st.builds(
    TaskLife,
    key=st.uuids().map(str),
    size=st.integers(0, 20 * MB),
    priority=st.integers(0, 1000),
    status=st.sampled_from(["queued", "queued", "onhold", "excluded"]),
    fault=st.sampled_from([None, None, None, "E#J001 source missing"]),
)


@st.composite
def worlds(draw: st.DrawFn) -> tuple[JobLife, ...]:
    """Return new jobs that share their lanes."""
    made: list[JobLife] = []
    for number in range(draw(st.integers(1, 4))):
        fresh = begin(f"j{number}", draw(st.lists(tasks, max_size=5)), 0, RULES)
        priority = draw(st.sampled_from([1, 500, 999]))
        rate = draw(st.sampled_from([None, 300_001]))
        made.append(attrs.evolve(fresh, priority=priority, rate=rate))
    return tuple(made)


instants = st.integers(0, 90 * SECOND)
