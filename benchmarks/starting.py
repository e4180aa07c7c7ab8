"""How soon `skysyn serve` listens, as a program that is started anew each time.

Run: python benchmarks/starting.py

Beside it stand an interpreter that does nothing, and one that only loads the libraries
that the server is made of. Modules are compiled before, as pip does.
"""

from __future__ import annotations

import os
import signal
import statistics
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import attrs

ROUNDS = 9
LIBRARIES = "import sqlalchemy, werkzeug, uvicorn"
SERVE = ["-c", "from skysyn.cli import main; main()", "serve", "--port", "0"]


@attrs.frozen
class Start:
    """One start: seconds by the clock until it is ready, and of the processor."""

    clock: float
    processor: float


def start(arguments: list[str], folder: str, ready: str) -> Start:
    """Return how long a program takes that prints *ready* when it is."""
    environ = dict(os.environ, PYTHONPYCACHEPREFIX=f"{folder}/compiled")
    environ.pop("PYTHONDONTWRITEBYTECODE", None)
    begun = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, *arguments], stdout=subprocess.PIPE, env=environ, cwd=folder
    )
    assert process.stdout is not None
    while ready.encode() not in (line := process.stdout.readline()):
        assert line, arguments
    clock = time.perf_counter() - begun
    # not kill(), which may wait for a process that has ended, and so forget its times
    os.kill(process.pid, signal.SIGKILL)
    process.stdout.close()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return Start(clock, used.ru_utime + used.ru_stime)


def measure(folder: str, number: int) -> dict[str, Start]:
    """Start each program once; the database of a file is new."""
    said = "print('ready', flush=True)"
    file = str(Path(folder) / f"{number}.sqlite3")
    return {
        "an empty interpreter": start(["-c", said], folder, "ready"),
        "the libraries": start(["-c", f"{LIBRARIES}; {said}"], folder, "ready"),
        **{
            f"skysyn serve, {name}": start(
                [*SERVE, "--database", database], folder, "SKYGEAR_ENDPOINT"
            )
            for name, database in {"memory": ":memory:", "a new file": file}.items()
        },
    }


def main() -> None:
    """Measure in interleaved rounds; print minima, medians and ratios."""
    with TemporaryDirectory() as folder:
        measure(folder, 0)
        rounds = [measure(folder, number) for number in range(1, ROUNDS + 1)]
    least = {name: min(one[name].processor for one in rounds) for name in rounds[0]}
    for name in rounds[0]:
        clock = [one[name].clock * 1000 for one in rounds]
        work = [one[name].processor * 1000 for one in rounds]
        ratios = [least[name] / least[other] for other in list(least)[:2]]
        print(
            f"  {name:26} {min(clock):5.0f} ms at least {statistics.median(clock):5.0f}"
            f" ms p50, of the processor {min(work):5.0f} and "
            f"{statistics.median(work):5.0f} ms: "
            f"{ratios[0]:4.1f} x nothing, {ratios[1]:4.1f} x the libraries"
        )


if __name__ == "__main__":
    main()
