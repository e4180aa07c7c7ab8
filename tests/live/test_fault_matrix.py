"""Every fault on every route: one allowed outcome each, within the deadline."""

from __future__ import annotations

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, cast

import pytest

from skysyn.errors import TransportError
from skysyn.transport import (
    DNS,
    Effect,
    Limits,
    Request,
    Retry,
    Timeout,
    open_transport,
)

from .answers import ANSWERS
from .authority import authority_file, server_context
from .campaign import Stopwatch, tell
from .peer import Line, Peer
from .routes import ROUTES, open_way

if TYPE_CHECKING:
    from pathlib import Path

    from skysyn.transport import Transport

pytestmark = pytest.mark.alone

TOTAL = 0.35
AMPLE = 4.0
"""The total of calls that end by something else than time, however busy the machine."""

LIMITS = Limits(received=1 << 20, body=1 << 20, headers=100_000, depth=100)
FLAWS = ("expired", "wrong host", "unknown authority")
EFFECTS: dict[str, Effect] = {"query": "read", "save": "upsert", "upload": "write"}

# "sent" means that the server may have got it, "unsent" that it certainly did not
OUTCOMES = {
    "refused": "ConnectError unsent",
    "reset at once": "ConnectError unsent",
    "silent TLS": "TimedOut unsent",
    "plain server": "TLSError unsent",
    "expired": "TLSError unsent",
    "wrong host": "TLSError unsent",
    "unknown authority": "TLSError unsent",
    "reset after request": "ConnectError sent",
    "hang up after request": "ConnectError sent",
    "reset in body": "BrokenAnswer sent",
    "end in body without length": "200",
    "length too short": "200",
    "length too long": "BrokenAnswer sent",
    "two lengths": "BrokenAnswer sent",
    "bad chunk": "BrokenAnswer sent",
    "cut chunk": "BrokenAnswer sent",
    "interim storm": "TimedOut sent",
    "early hints": "BrokenAnswer sent",
    "silent accept": "TimedOut sent",
    "drip of body": "TimedOut sent",
    "drip of headers": "TimedOut sent",
    "header flood": "LimitExceeded sent",
    "long header line": "LimitExceeded sent",
    "large headers": "LimitExceeded sent",
    "gzip bomb": "LimitExceeded sent",
    "stacked encodings": "BrokenAnswer sent",
    "wrong gzip sum": "BrokenAnswer sent",
    "endless body": "LimitExceeded sent",
    "deep JSON": "LimitExceeded sent",
    "HTML portal": "200",
    "204 with body": "204",
    "429 without wait": "429",
    "503 with garbage": "503",
    "503 for long": "503",
    "redirect here": "301",
    "redirect elsewhere": "307",
    "redirect to plain": "308",
    "HTTP 0.9": "BrokenAnswer sent",
    "another protocol": "BrokenAnswer sent",
    "stale keep-alive": "200",
}

# where the route itself answers in place of the server
TUNNELS = ROUTES[1:-1]
ELSEWHERE = {
    **{("refused", route): "ProxyError unsent" for route in TUNNELS},
    **{
        (fault, "accsyn"): "502"
        for fault in ("refused", "reset at once", "plain server", *FLAWS)
    },
    ("silent TLS", "accsyn"): "TimedOut sent",
}


def serve(fault: str, arrivals: Counter[str]) -> Peer:
    def handle(line: Line) -> None:
        if fault == "reset at once":
            # but not before a proxy has said that it is connected
            line.pause(0.02)
            line.reset()
        if fault == "silent TLS":
            line.pause(30)
        if fault == "plain server":
            line.read(1)
            line.send(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            line.pause(0.1)
        while True:
            head = line.read_request().split(b" ")
            arrivals[head[1].decode().strip("/")] += 1
            ANSWERS.get(fault, ANSWERS["HTML portal"])(line)

    before_tls = fault in {"reset at once", "silent TLS", "plain server"}
    flaw = fault if fault in FLAWS else ""
    return Peer(handle, tls=None if before_tls else server_context(flaw))


def total_of(allowed: str) -> float:
    return TOTAL if allowed.startswith("TimedOut") else AMPLE


def attempt(
    transport: Transport, url: str, name: str, total: float, watch: Stopwatch
) -> str:
    body = b"" if name == "query" else b"x" * 2000
    method = "GET" if name == "query" else "POST"
    request = Request(method, url + name, {}, body, effect=EFFECTS[name])
    started = time.monotonic()
    try:
        outcome = str(transport.send(request).status)
    except TransportError as exc:
        outcome = f"{type(exc).__name__} {'sent' if exc.maybe_sent else 'unsent'}"
    elapsed = watch.since(started)
    return outcome if elapsed < total + 0.25 else f"{outcome}, {elapsed:.2f} s late"


def attempt_all(
    transport: Transport, url: str, allowed: str, watch: Stopwatch
) -> dict[str, str]:
    total = total_of(allowed)
    if total == TOTAL:
        with ThreadPoolExecutor(3) as pool:
            calls = [
                pool.submit(attempt, transport, url, x, total, watch) for x in EFFECTS
            ]
            found = [call.result() for call in calls]
        return dict(zip(EFFECTS, found, strict=True))
    outcomes: dict[str, str] = {}
    for name in EFFECTS:
        outcomes[name] = attempt(transport, url, name, total, watch)
        # until the end of a stale connection has arrived too
        time.sleep(0.02)
    return outcomes


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("fault", OUTCOMES)
def test_a_fault_has_its_one_outcome(fault: str, route: str, tmp_path: Path) -> None:
    allowed = ELSEWHERE.get((fault, route), OUTCOMES[fault])
    arrivals: Counter[str] = Counter()
    total = total_of(allowed)
    with serve(fault, arrivals) as server, open_way(route, server.port) as way:
        if fault == "refused":
            server.stop()
        transport = open_transport(
            way.proxy,
            timeout=Timeout(total, total, total),
            retry=Retry(attempts=2, first_wait=0, longest_retry_after=0),
            verify=authority_file(tmp_path),
            dns=cast("DNS", way.dns),
            limits=LIMITS,
        )
        with transport, Stopwatch() as watch:
            url = f"https://{way.host}:{server.port}/"
            found = attempt_all(transport, url, allowed, watch)

    assert found == dict.fromkeys(EFFECTS, allowed)
    assert arrivals["upload"] <= 1


def test_the_matrix_is_as_large_as_promised() -> None:
    tell(
        f"faults: {len(OUTCOMES)} faults x {len(ROUTES)} routes x {len(EFFECTS)} calls"
    )
    assert set(OUTCOMES) > set(ANSWERS)
    assert len(OUTCOMES) >= 30
    assert len(OUTCOMES) * len(ROUTES) >= 240
