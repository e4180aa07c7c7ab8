"""How fast the local server is: start, saves, queries, pages, reset.

python benchmarks/server.py [--records 100000] [DATABASE …]

A database is a file, `:memory:` or the URL of an empty PostgreSQL; without any it is
SQLite in memory and in a file. Each figure comes twice: by the clock, and by the time
that the processor worked for this process, which other programs disturb less.
How soon the program `skysyn serve` listens is measured by `benchmarks/starting.py`.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from skysyn import Request
from skysyn.server import Server, Settings, WSGITransport

if TYPE_CHECKING:
    from collections.abc import Callable

MASTER, KEY = "benchmark", "anybody"
BATCH = 200
CLIENTS = 4


class Client:
    """Sends raw requests to a server in this process, with what proves who asks."""

    def __init__(self, server: Server, **proof: str) -> None:
        self._transport = WSGITransport(server)
        self._proof = proof

    def ask(self, action: str, **payload: Any) -> Any:
        """Return the result of *action*; fail if it is refused."""
        body = json.dumps({"action": action, **self._proof, **payload}).encode()
        answer = self._transport.send(Request("POST", "http://localhost/", {}, body))
        assert answer.status == 200, answer.body
        return json.loads(answer.body)["result"]


def rate(name: str, number: int, run: Callable[[int], object], size: int = 1) -> None:
    """Print how much a second *run* does, which does *size* things at once."""
    start, worked = time.perf_counter(), time.process_time()
    for index in range(number):
        run(index)
    clock = number * size / (time.perf_counter() - start)
    processor = number * size / (time.process_time() - worked)
    print(f"  {name:24} {clock:8.0f} /s       {processor:8.0f} /s of the processor")


def latency(name: str, number: int, run: Callable[[int], object]) -> None:
    """Print the 50th and 99th percentile of calls of *run*."""
    taken: list[float] = []
    worked = time.process_time()
    for index in range(number):
        start = time.perf_counter()
        run(index)
        taken.append((time.perf_counter() - start) * 1000)
    processor = (time.process_time() - worked) / number * 1000
    cuts = statistics.quantiles(taken, n=100)
    line = f"{cuts[49]:8.2f} ms p50 {cuts[98]:8.2f} ms p99"
    print(f"  {name:24} {line} {processor:8.2f} ms of the processor")


def record(index: int) -> dict[str, Any]:
    """Return a small record."""
    return {"_id": f"note/{index}", "title": f"note {index}", "n": index, "done": True}


def yardstick() -> None:
    """Print how fast this machine is now, to compare runs by."""
    data = [record(index) for index in range(100)]
    rate("JSON of 100, yardstick", 2000, lambda _: json.loads(json.dumps(data)))


def measure(database: str, records: int) -> None:
    """Print the figures of one database."""
    print(database.partition("?")[0])
    start = time.perf_counter()
    settings = Settings(database=database, api_key=KEY, master_key=MASTER)
    with Server(settings) as server:
        print(f"  {'opened':24} {(time.perf_counter() - start) * 1000:8.1f} ms")
        client = Client(server, api_key=MASTER)
        client.ask("record:save", records=[record(-1)])
        batches = records // BATCH
        rate("batched saves", batches, lambda n: save_batch(client, n), BATCH)
        rate("single saves", 500, lambda n: save_one(client, records + n))
        by_id(server, client, records)
        latency("page of 100", 200, lambda n: page(client, n * 100 % records))
        latency("page of 100 by time", 40, lambda _: newest(client))
        latency("filtered, no index", 20, lambda n: filtered(client, n))
        latency("count", 20, lambda _: count(client))
        resets(server, client)


def by_id(server: Server, master: Client, records: int) -> None:
    """Print how many records are found by their id a second, and how soon."""
    anybody = Client(server, api_key=KEY)
    data = {"auth_data": {"username": "ada"}, "password": "secret"}
    token = anybody.ask("auth:signup", **data)["access_token"]
    user = Client(server, api_key=KEY, access_token=token)
    for name, client in {"anybody": anybody, "a user": user, "master": master}.items():
        rate(f"by id, {name}", 2000, partial(found_at, client, records))
    latency("by id, a user", 1000, partial(found_at, user, records))
    with ThreadPoolExecutor(CLIENTS) as pool:

        def run(_: int) -> None:
            list(pool.map(partial(found_at, user, records), range(2000)))

        rate(f"by id, {CLIENTS} users at once", 1, run, 2000)


def found_at(client: Client, records: int, number: int) -> None:
    """Find one of *records*; another for the next *number*."""
    fetch(client, number * 7 % records)


def resets(server: Server, client: Client) -> None:
    """Print how long it takes to get rid of 10,000 records."""
    taken: list[float] = []
    for _ in range(5):
        server.reset()
        client.ask("record:save", records=[record(-1)])
        for number in range(10_000 // BATCH):
            save_batch(client, number)
        start = time.perf_counter()
        server.reset()
        taken.append((time.perf_counter() - start) * 1000)
    line = f"{statistics.median(taken):8.2f} ms p50 {max(taken):8.2f} ms at most"
    print(f"  {'reset of 10,000 records':24} {line}")


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


def newest(client: Client) -> None:
    """Read the hundred records that were made last."""
    order = [[{"$type": "keypath", "$val": "_created_at"}, "desc"]]
    client.ask("record:query", record_type="note", sort=order, limit=100)


def count(client: Client) -> None:
    """Count all records."""
    client.ask("record:query", record_type="note", limit=0, count=True)


def main() -> None:
    """Measure each database that is named, or SQLite in memory and in a file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("databases", nargs="*")
    parser.add_argument("--records", type=int, default=100_000)
    options = parser.parse_args()
    yardstick()
    with tempfile.TemporaryDirectory() as folder:
        for database in options.databases or [":memory:", str(Path(folder) / "db")]:
            measure(database, options.records)


if __name__ == "__main__":
    main()
