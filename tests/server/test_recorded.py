"""The server answers as the recorded one did, but for what docs/fidelity.md says."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from skysyn.server import Server, Serving

from .asking import settings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from .postgres import Postgres

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
SHARED = ROOT / "../shared"
TOOL = SHARED / "tools/skygear_diff.py"
SOCKETS = ("10",)
"""What mostly waits, and so is compared beside the others."""
OTHERS = ("01", "02", "03", "04", "06", "07", "09", "12")
TOPICS = (*OTHERS, *SOCKETS)
FIDELITY = ROOT / "docs/fidelity.md"


def documented(topics: Iterable[str], *, strict: bool) -> set[str]:
    """Return the exchanges that docs/fidelity.md says to differ, as `topic #n`.

    Rows that end with `yes` are switched off by `--strict-compat`.
    """
    wanted = tuple(topics)
    found: set[str] = set()
    for line in FIDELITY.read_text().splitlines():
        if strict and line.endswith("| yes |"):
            continue
        for topic, numbers in re.findall(r"`(\d\d-[a-z-]+)`((?: #\d+)+)", line):
            if topic.startswith(wanted):
                found |= {f"{topic} #{n}" for n in re.findall(r"\d+", numbers)}
    return found


def differing(report: Path) -> set[str]:
    """Return the exchanges that behaved differently."""
    return {
        f"{entry['topic']} #{entry['n']}"
        for entry in json.loads(report.read_text())["differences"]
        if entry["verdict"] in {"behaviour", "skipped"}
    }


@pytest.fixture
def serving(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Serving]:
    """A server on a port, on each kind of database."""
    databases = {"memory": ":memory:", "file": str(tmp_path / "db")}
    database = databases.get(request.param)
    if database is None:
        postgres: Postgres = request.getfixturevalue("postgres")
        database = postgres.new_database()
    with Server(settings(database=database)) as server, Serving(server) as serving:
        yield serving


def compared(serving: Serving, folder: Path, topics: Sequence[str]) -> set[str]:
    """Return the exchanges of *topics* that the server answers differently."""
    groups = [OTHERS, SOCKETS] if topics is TOPICS else [OTHERS]
    reports = [folder / f"{group[0]}.json" for group in groups]
    with ThreadPoolExecutor() as pool:
        list(pool.map(partial(compare, serving.endpoint), groups, reports))
    return set[str]().union(*map(differing, reports))


def compare(endpoint: str, topics: Iterable[str], report: Path) -> None:
    """Write to *report* how a server answers the exchanges of *topics*."""
    found = [next((SHARED / "recordings/skygear").glob(f"{t}-*")) for t in topics]
    keys = ["--api-key", "client-key", "--master-key", "master-key"]
    command: list[str | Path] = [sys.executable, TOOL, "--endpoint", endpoint, *keys]
    subprocess.run([*command, *found, "--json", report], check=False)


@pytest.mark.skipif(not TOOL.exists(), reason=f"there are no recordings in {SHARED}")
@pytest.mark.timeout(900)
@pytest.mark.parametrize(
    ("serving", "topics"),
    [("memory", TOPICS), ("file", OTHERS), ("postgresql", TOPICS)],
    indirect=["serving"],
)
def test_the_server_differs_from_the_recorded_one_as_documented_and_no_further(
    serving: Serving, topics: Sequence[str], tmp_path: Path
) -> None:
    found = compared(serving, tmp_path, topics)

    assert found == documented(topics, strict=False)


@pytest.mark.skipif(not TOOL.exists(), reason=f"there are no recordings in {SHARED}")
@pytest.mark.timeout(900)
def test_strict_compat_leaves_the_differences_that_keep_apps_safe(
    tmp_path: Path,
) -> None:
    made = settings(strict_compat=True)
    with Server(made) as server, Serving(server) as serving:
        found = compared(serving, tmp_path, TOPICS)

    assert found == documented(TOPICS, strict=True)
