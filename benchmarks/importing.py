"""What `import skysyn` costs, as a ratio to `import requests`; the target is 1.3.

Run: python benchmarks/importing.py
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

ROUNDS = 15
SOURCES = {
    "nothing": "pass",
    "import requests": "import requests",
    "import skysyn": "import skysyn",
    "… and Record": "from skysyn import Record",
    "… and connect": "from skysyn import Record, connect",
}


def seconds(source: str) -> float:
    """Return how long a fresh interpreter takes to run *source*."""
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", source], check=True)
    return time.perf_counter() - start


def main() -> None:
    """Measure in interleaved rounds and print medians and ratios."""
    times: dict[str, list[float]] = {name: [] for name in SOURCES}
    for _ in range(ROUNDS):
        for name, source in SOURCES.items():
            times[name].append(seconds(source))
    medians = {name: statistics.median(found) for name, found in times.items()}
    base = medians["import requests"]
    for name, median in medians.items():
        print(f"{name:18} {median * 1000:7.1f} ms   {median / base:5.2f}")


if __name__ == "__main__":
    main()
