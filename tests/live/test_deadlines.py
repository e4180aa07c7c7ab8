"""No call outlives its total limit, whatever is slow."""

from __future__ import annotations

import contextlib
import random
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from skysyn.errors import TransportError
from skysyn.transport import Request, Retry, Timeout, open_transport, time_limit

from .answers import reply
from .authority import authority_file, server_context
from .campaign import Stopwatch, tell
from .peer import Line, Peer

if TYPE_CHECKING:
    from concurrent.futures import Future
    from pathlib import Path

    from skysyn.transport import Transport

pytestmark = pytest.mark.alone

SEED = 20261122
CALLS = 500
WORKERS = 20
OVERRUN = 0.25


def slow_server(chance: random.Random) -> Peer:
    def trickle(line: Line, data: bytes) -> None:
        size = chance.choice([1, 7, 100])
        for start in range(0, len(data), size):
            line.send(data[start : start + size])
            line.pause(chance.choice([0, 0.001, 0.05, 0.3]))

    def handle(line: Line) -> None:
        while True:
            line.read_request()
            line.pause(chance.choice([0, 0, 0.1, 1]))
            busy = reply(b"", "Retry-After: 0", status="503 Busy")
            trickle(line, chance.choice([reply(), busy]))

    return Peer(handle, tls=server_context())


def slow_proxy(chance: random.Random, port: int) -> Peer:
    """A SOCKS 5 proxy that waits between the bytes, and may never get on."""

    def handle(line: Line) -> None:
        line.read(3)
        for byte in b"\x05\x00\x05\x00\x00\x01\x7f\x00\x00\x01\x00\x50":
            line.pause(chance.choice([0, 0, 0.02, 0.2]))
            line.send(bytes([byte]))
        line.pause(1)

    return Peer(handle)


def overrun(transport: Transport, url: str, total: float, watch: Stopwatch) -> float:
    request = Request("GET", url, effect="read", timeout=Timeout(None, None, total))
    started = time.monotonic()
    with contextlib.suppress(TransportError):
        transport.send(request)
    return watch.since(started) - total


def pages_overrun(
    transport: Transport, url: str, total: float, watch: Stopwatch
) -> float:
    """Ask for page after page in one block until its limit ends it."""
    request = Request("GET", url, effect="read", timeout=Timeout(None, None))
    started = time.monotonic()
    try:
        with time_limit(total):
            for _ in range(1000):
                transport.send(request)
    except TransportError:
        pass
    return watch.since(started) - total


def test_no_call_outlives_its_limit(tmp_path: Path) -> None:
    chance = random.Random(SEED)
    retry = Retry(first_wait=0.02)
    ca = authority_file(tmp_path)
    with (
        Stopwatch() as watch,
        slow_server(chance) as server,
        slow_proxy(chance, server.port) as proxy,
        open_transport(verify=ca, retry=retry) as direct,
        open_transport(f"socks5://127.0.0.1:{proxy.port}", verify=ca) as proxied,
        ThreadPoolExecutor(WORKERS) as pool,
    ):
        url = f"https://localhost:{server.port}/"
        calls: list[Future[float]] = []
        for number in range(CALLS):
            total = chance.uniform(0.05, 0.4)
            transport = proxied if number % 5 == 0 else direct
            run = pages_overrun if number % 5 == 1 else overrun
            calls.append(pool.submit(run, transport, url, total, watch))
        worst = max(call.result(60) for call in calls)

    tell(f"deadlines: {CALLS} calls, seed {SEED}, worst overrun {worst * 1000:.0f} ms")
    assert worst <= OVERRUN
