"""Whatever a proxy says in its handshake, the call ends soon with a typed error."""

from __future__ import annotations

import random
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from skysyn.errors import TransportError
from skysyn.transport import Request, Response, Timeout, open_transport

from .answers import reply
from .campaign import Stopwatch, tell
from .peer import Line, Peer

if TYPE_CHECKING:
    from skysyn.transport import Transport

pytestmark = pytest.mark.alone

SEED = 20261122
MUTANTS = 400
TOTAL = 0.5

# kind of proxy: what a good one says at each step
HANDSHAKES = {
    "http://": [b"HTTP/1.1 200 Connection established\r\nVia: a\r\n\r\n"],
    "socks4://": [b"\x00\x5a" + bytes(6)],
    "socks5://": [b"\x05\x00", b"\x05\x00\x00\x01\x7f\x00\x00\x01\x00\x50"],
    "socks5://me:pw@": [
        b"\x05\x02",
        b"\x01\x00",
        b"\x05\x00\x00\x03\x04name\x00\x50",
    ],
    "accsyn://": [reply()],
}


def mutate(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.choice([1, 1, 2, 5])):
        place = chance.randrange(len(changed) + 1)
        match chance.choice(["set", "cut", "insert", "repeat", "noise"]):
            case "set" if place < len(changed):
                changed[place] = chance.randrange(256)
            case "cut":
                del changed[place:]
            case "insert":
                changed[place:place] = chance.randbytes(chance.choice([1, 2, 40]))
            case "repeat":
                changed *= chance.choice([2, 3, 50])
            case _:
                changed = bytearray(chance.randbytes(chance.choice([0, 1, 9, 5000])))
    return bytes(changed)


def hostile(steps: list[bytes], chance: random.Random) -> Peer:
    def handle(line: Line) -> None:
        victim = chance.randrange(len(steps))
        for index, step in enumerate(steps):
            line.sock.recv(65_536)
            line.send(mutate(step, chance) if index == victim else step)
        if chance.random() < 0.05:
            line.pause(2)

    return Peer(handle)


def outcome(transport: Transport, kind: str, watch: Stopwatch) -> str:
    request = Request("GET", "https://server.test/")
    started = time.monotonic()
    try:
        name = type(transport.send(request)).__name__
    except TransportError as exc:
        name = type(exc).__name__
        if exc.maybe_sent and not kind.startswith("accsyn"):
            name += " though nothing was sent"
    late = watch.since(started) > TOTAL + 0.25
    return f"{name} late" if late else name


@pytest.mark.parametrize("kind", HANDSHAKES)
def test_mutated_handshakes_end_in_typed_errors(kind: str) -> None:
    chance = random.Random(SEED)
    timeout = Timeout(TOTAL, TOTAL, TOTAL)
    with (
        Stopwatch() as watch,
        hostile(HANDSHAKES[kind], chance) as peer,
        ThreadPoolExecutor(8) as pool,
        open_transport(
            f"{kind}127.0.0.1:{peer.port}", retry=None, timeout=timeout
        ) as transport,
    ):
        calls = [pool.submit(outcome, transport, kind, watch) for _ in range(MUTANTS)]
        found = Counter(call.result() for call in calls)

    tell(f"handshakes {kind}: {MUTANTS} mutants, seed {SEED}: {dict(found)}")
    allowed = {"ProxyError", "ProxyRefused", "TimedOut", "ConnectError", "TLSError"}
    if kind.startswith("accsyn"):
        allowed |= {Response.__name__, "BrokenAnswer", "LimitExceeded"}
    assert set(found) <= allowed
