from __future__ import annotations

import pytest

from skysyn.errors import TransportError
from skysyn.testing import faults
from skysyn.transport import MockTransport, Request, Response

ASK = Request("POST", "https://example.com/a?key=canary")

# fault, how often the server gets the request, what the caller sees
TABLE = [
    (None, 1, "200 answer"),
    (faults.refuse, 0, "ConnectError, nothing arrived"),
    (faults.reset_before_sending, 0, "ConnectError, unknown"),
    (faults.reset_after_sending, 1, "ConnectError, unknown"),
    (faults.time_out_before_sending, 0, "TimedOut, unknown"),
    (faults.time_out_after_commit, 1, "TimedOut, unknown"),
    (faults.cut_answer, 1, "BrokenAnswer, unknown"),
    (faults.duplicate, 2, "200 answer"),
    (faults.answer_status(503, b"busy"), 0, "503 busy"),
    (faults.truncate(3), 1, "200 ans"),
    (faults.slow(9, lambda _: None), 1, "200 answer"),
]


def see(transport: faults.FaultTransport) -> str:
    try:
        response = transport.send(ASK)
    except TransportError as exc:
        certain = "unknown" if exc.maybe_sent else "nothing arrived"
        return f"{type(exc).__name__}, {certain}"
    return f"{response.status} {response.body.decode()}"


@pytest.mark.parametrize(("fault", "arrivals", "outcome"), TABLE)
def test_each_fault_does_what_its_name_says(
    fault: faults.Fault | None, arrivals: int, outcome: str
) -> None:
    inner = MockTransport(lambda _: Response(200, body=b"answer"))
    transport = faults.FaultTransport(inner, [fault])

    assert (see(transport), len(inner.requests)) == (outcome, arrivals)


def test_calls_after_the_last_fault_pass() -> None:
    inner = MockTransport(lambda _: Response(200))
    transport = faults.FaultTransport(inner, [faults.answer_status(500)] * 2)

    assert [transport.send(ASK).status for _ in range(4)] == [500, 500, 200, 200]
