"""What `import skysyn` costs, as a ratio to `import requests`; the target is 1.3.

`import skysyn` by itself takes 0.2, what an empty interpreter does. What connects takes
about 1.9 (2.1 with a session to Skygear, 2.7 with one to accsyn), for requests is a
part of it: of the 0.9 besides, attrs, cattrs and msgspec are a third, and the 65
classes that attrs makes a sixth; what only pubsub and pushes need is less than a tenth.
Modules are compiled before, as pip does: where bytecode is not kept, it takes 2.3 to
2.9.

Run: python benchmarks/importing.py
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from tempfile import TemporaryDirectory

ROUNDS = 15
SOURCES = {
    "nothing": "pass",
    "import requests": "import requests",
    "import skysyn": "import skysyn",
    "… and Record": "from skysyn import Record",
    "… and connect": "from skysyn import Record, connect",
}


def seconds(source: str, environ: dict[str, str]) -> float:
    """Return how long a fresh interpreter takes to run *source*."""
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", source], check=True, env=environ)
    return time.perf_counter() - start


def compiling_into(folder: str) -> dict[str, str]:
    """Return an environment in which modules are compiled once, into *folder*.

    Where bytecode is not kept, a checkout would be compiled anew by each interpreter,
    but what pip installed would not.
    """
    environ = dict(os.environ, PYTHONPYCACHEPREFIX=folder)
    environ.pop("PYTHONDONTWRITEBYTECODE", None)
    return environ


def main() -> None:
    """Measure in interleaved rounds and print medians and ratios."""
    times: dict[str, list[float]] = {name: [] for name in SOURCES}
    with TemporaryDirectory() as folder:
        environ = compiling_into(folder)
        for source in SOURCES.values():
            seconds(source, environ)
        for _ in range(ROUNDS):
            for name, source in SOURCES.items():
                times[name].append(seconds(source, environ))
    medians = {name: statistics.median(found) for name, found in times.items()}
    base = medians["import requests"]
    for name, median in medians.items():
        print(f"{name:18} {median * 1000:7.1f} ms   {median / base:5.2f}")


if __name__ == "__main__":
    main()
