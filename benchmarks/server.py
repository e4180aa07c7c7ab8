"""How fast the local server is: start, saves, queries, pages.

python benchmarks/server.py [--records 100000] [DATABASE …]
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from skysyn import Request
from skysyn.server import Server, Settings, WSGITransport

if TYPE_CHECKING:
    from collections.abc import Callable

MASTER = "benchmark"
BATCH = 200


class Client:
    """Sends raw requests to a server in this process."""

    def __init__(self, server: Server) -> None:
        self._transport = WSGITransport(server)

    def ask(self, action: str, **payload: Any) -> Any:
        """Return the result of *action*; fail if it is refused."""
        body = json.dumps({"action": action, "api_key": MASTER, **payload}).encode()
        answer = self._transport.send(Request("POST", "http://localhost/", {}, body))
        assert answer.status == 200, answer.body
        return json.loads(answer.body)["result"]


def per_second(number: int, run: Callable[[int], object]) -> float:
    """Return how often a second *run* can be called, over *number* times."""
    start = time.perf_counter()
    for index in range(number):
        run(index)
    return number / (time.perf_counter() - start)


def percentiles(number: int, run: Callable[[int], object]) -> tuple[float, float]:
    """Return the 50th and 99th percentile of calls of *run*, in milliseconds."""
    taken: list[float] = []
    for index in range(number):
        start = time.perf_counter()
        run(index)
        taken.append((time.perf_counter() - start) * 1000)
    cuts = statistics.quantiles(taken, n=100)
    return cuts[49], cuts[98]


def record(index: int) -> dict[str, Any]:
    """Return a small record."""
    return {"_id": f"note/{index}", "title": f"note {index}", "n": index, "done": True}


def measure(database: str, records: int) -> None:
    """Print the figures of one database."""
    start = time.perf_counter()
    with Server(Settings(database=database, master_key=MASTER)) as server:
        print(f"{database.partition('?')[0]}")
        print(f"  ready            {time.perf_counter() - start:8.3f} s")
        client = Client(server)
        client.ask("record:save", records=[record(-1)])
        batches = records // BATCH
        rate = per_second(batches, lambda b: save_batch(client, b)) * BATCH
        print(f"  batched saves    {rate:8.0f} records/s")
        rate = per_second(500, lambda n: save_one(client, records + n))
        print(f"  single saves     {rate:8.0f} /s")
        rate = per_second(2000, lambda n: fetch(client, n * 7 % records))
        print(f"  by id            {rate:8.0f} /s")
        show("by id", percentiles(1000, lambda n: fetch(client, n * 11 % records)))
        show("page of 100", percentiles(200, lambda n: page(client, n * 100 % records)))
        show("filtered", percentiles(20, lambda n: filtered(client, n)))


def show(name: str, found: tuple[float, float]) -> None:
    """Print two percentiles."""
    print(f"  {name:16} {found[0]:8.2f} ms p50 {found[1]:8.2f} ms p99")


def save_batch(client: Client, number: int) -> None:
    """Save one batch of new records."""
    first = number * BATCH
    client.ask("record:save", records=[record(first + n) for n in range(BATCH)])


def save_one(client: Client, number: int) -> None:
    """Save one new record."""
    client.ask("record:save", records=[record(number)])


def fetch(client: Client, number: int) -> None:
    """Find one record by its id."""
    keypath = {"$type": "keypath", "$val": "_id"}
    predicate = ["eq", keypath, str(number)]
    client.ask("record:query", record_type="note", predicate=predicate)


def page(client: Client, number: int) -> None:
    """Read a hundred records in a row of their ids."""
    keypath = {"$type": "keypath", "$val": "_id"}
    client.ask(
        "record:query",
        record_type="note",
        predicate=["gt", keypath, str(number)],
        limit=100,
    )


def filtered(client: Client, number: int) -> None:
    """Find a hundred records by a field without an index."""
    keypath = {"$type": "keypath", "$val": "n"}
    both = ["and", ["gte", keypath, number * 100], ["lt", keypath, number * 100 + 100]]
    client.ask("record:query", record_type="note", predicate=both)


def main() -> None:
    """Measure each database that is named, or SQLite in memory and in a file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("databases", nargs="*")
    parser.add_argument("--records", type=int, default=100_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for database in options.databases or [":memory:", str(Path(folder) / "db")]:
            measure(database, options.records)


if __name__ == "__main__":
    main()
