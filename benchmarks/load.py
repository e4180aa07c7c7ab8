"""What loading 10,000 records of 19 fields costs, as ratios to `orjson.loads`.

From the bytes of one answer to a list of models: time and memory, untouched and with
every field of every record read once. The ways are measured in turn, round by round,
and the medians compared, so that a busy machine slows them all alike.

Targets: untouched 0.6, all read 1.2, memory kept 1.1. That a wrong value costs only
itself is checked as well.

The targets were set on Python 3.11. From 3.12 on the garbage collector runs between
bytecodes only, so never inside `orjson.loads`, which halves its time; reading all is
then about 1.5 of it, though it takes no longer than before. Without any collection all
read is 1.8 on 3.11 and 2.0 on 3.13, where the CPU takes, in ms:

    one run, 10,000 records     3.11   3.13   3.11 without gc   3.13 without gc
    orjson.loads                 149    108                66                57
    untouched                     31     31                20                24
    the first read of each        90    126                89                78
    reading all 19 once more      13     11                11                10

In a quieter run the first reads took 65 ms on 3.13 without gc: decoding 26, making the
values and setting the attributes 24, the lock and the calls around them 14. With gc,
collections add 16 (9 on 3.11). Other ways to set the attributes are slower, on 3.13 by
a tenth (a new `__dict__`, or the items of the old) to 2.5 times (`update`), so no way
to 1.2 was found there.

Run: python -m pip install '.[bench]' && python benchmarks/load.py
"""

from __future__ import annotations

import argparse
import gc
import statistics
import sys
import time
import tracemalloc
from typing import TYPE_CHECKING

import attrs
from load_data import answer
from load_rivals import NAMES, Rival, Task, load_skysyn, rivals

from skysyn.errors import ConversionError

if TYPE_CHECKING:
    from collections.abc import Callable

TARGETS = {"untouched": 0.6, "all read": 1.2, "kept": 1.1}


@attrs.define
class Figures:
    """What one way to load costs: seconds and bytes, without and with reading."""

    untouched: float
    all_read: float
    kept: int
    kept_read: int
    peak: int


def timed(rival: Rival, body: bytes) -> tuple[float, float]:
    """Return the seconds to load, and to load and read every field."""
    gc.collect()
    start = time.perf_counter()
    records = rival.load(body)
    loaded = time.perf_counter()
    if rival.read is not None:
        read = rival.read
        for record in records:
            read(record)
    return loaded - start, time.perf_counter() - start


def weighed(rival: Rival, body: bytes) -> tuple[int, int, int]:
    """Return the bytes kept by loading, by reading too, and the peak of both."""
    gc.collect()
    tracemalloc.start()
    records = rival.load(body)
    gc.collect()
    kept = tracemalloc.get_traced_memory()[0]
    if rival.read is not None:
        for record in records:
            rival.read(record)
    gc.collect()
    kept_read, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return kept, kept_read, peak


def measure(ways: list[Rival], body: bytes, rounds: int) -> dict[str, Figures]:
    """Return the medians of *rounds* rounds, in each of which every way has a turn."""
    times: dict[str, list[tuple[float, float]]] = {way.name: [] for way in ways}
    for _ in range(rounds):
        for way in ways:
            times[way.name].append(timed(way, body))
    return {
        way.name: Figures(
            statistics.median(untouched for untouched, _ in times[way.name]),
            statistics.median(read for _, read in times[way.name]),
            *weighed(way, body),
        )
        for way in ways
    }


def show(figures: dict[str, Figures]) -> None:
    """Print one line for each way; the first is what the ratios are to."""
    base = next(iter(figures.values()))
    print(
        f"{'':22}{'untouched':>16}{'all read':>17}{'kept':>16}{'and read':>17}", end=""
    )
    print(f"{'peak':>17}")
    for name, found in figures.items():
        print(
            f"{name:22}"
            f"{found.untouched * 1000:8.1f} ms {found.untouched / base.untouched:4.2f}"
            f"{found.all_read * 1000:9.1f} ms {found.all_read / base.all_read:4.2f}"
            f"{found.kept / 1e6:8.1f} MB {found.kept / base.kept:4.2f}"
            f"{found.kept_read / 1e6:9.1f} MB {found.kept_read / base.kept_read:4.2f}"
            f"{found.peak / 1e6:9.1f} MB {found.peak / base.peak:4.2f}"
        )


def missed(figures: dict[str, Figures]) -> list[str]:
    """Print each target with what was measured; return those missed."""
    base, ours = next(iter(figures.values())), figures["skysyn"]
    kept = max(ours.kept, ours.kept_read) / base.kept
    ratios = (ours.untouched / base.untouched, ours.all_read / base.all_read, kept)
    print()
    for (name, target), ratio in zip(TARGETS.items(), ratios, strict=True):
        verdict = "met" if ratio <= target else "MISSED"
        print(f"{name:10} {ratio:5.2f}, target {target}: {verdict}")
    return [n for n, r in zip(TARGETS, ratios, strict=True) if r > TARGETS[n]]


def check_validation(body: bytes) -> None:
    """Raise AssertionError unless a wrong value costs its own field and no other."""
    wrong = body.replace(b'"count":17,', b'"count":"17",', 1)
    tasks = load_skysyn(wrong)
    failures = {}
    for number, task in enumerate(tasks):
        for name in NAMES:
            try:
                getattr(task, name)
            except ConversionError as error:
                failures[number, name] = (error.record, error.field, error.path)
    assert failures == {(17, "count"): (str(tasks[17].id), "count", "$.count")}
    print(f"\na wrong value in 1 of {len(tasks)} records: {failures[17, 'count']}")


def microseconds(action: Callable[[Task], object], tasks: list[Task]) -> float:
    """Return the median of what *action* takes for one of *tasks*."""
    times: list[float] = []
    for task in tasks:
        start = time.perf_counter()
        action(task)
        times.append(time.perf_counter() - start)
    return statistics.median(times) * 1e6


def read(task: Task) -> object:
    """Read one field, and so convert them all."""
    return task.title


def compare(task: Task) -> object:
    """Find out that nothing was changed."""
    return task.changes


def main() -> int:
    """Measure, print a table, and return 1 if a target is missed."""
    parser = argparse.ArgumentParser(description="Measure loading.")
    parser.add_argument("--records", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=9)
    arguments = parser.parse_args()
    body = answer(arguments.records)
    print(f"{arguments.records} records, {len(body) / 1e6:.1f} MB, ", end="")
    print(f"Python {sys.version.split()[0]}, {arguments.rounds} rounds\n")
    figures = measure(rivals(), body, arguments.rounds)
    show(figures)
    failed = missed(figures)
    check_validation(body)
    tasks = load_skysyn(body)
    print(f"the first read of a record: {microseconds(read, tasks):.1f} µs")
    print(f"`.changes` of a read record: {microseconds(compare, tasks):.1f} µs")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
