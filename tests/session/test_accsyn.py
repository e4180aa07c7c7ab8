"""A session of accsyn: connecting, logging in, renewing."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from skysyn import (
    Accsyn,
    AccsynSession,
    MockTransport,
    Request,
    Response,
    connect,
)
from skysyn.accsyn import Transfer
from skysyn.errors import ProtocolError, SessionExpired, TimedOut
from skysyn.transport import Rate, RateLimitTransport, time_limit
from tests.accsyn.stub import USER, Stub, answer, first

EXPIRED = {"message": "Session expired", "session_expired": True}


def expiring(times: int) -> Stub:
    return Stub(first(*[EXPIRED] * times))


def test_the_session_logs_in_before_the_first_call() -> None:
    stub = Stub()
    session = stub.typed()

    assert stub.logins == 0
    Transfer.query(session).all()
    Transfer.query(session).all()
    assert stub.logins == 1
    assert {e["session"] for e in stub.envelopes} == {"session-1"}


def test_the_registry_is_asked_where_the_workspace_is() -> None:
    stub = Stub()
    session = stub.typed(hostname=None, port=None)

    Transfer.query(session).all()

    urls = [request.safe_url for request in stub.transport.requests]
    assert urls == [
        "https://master.accsyn.com/api/v3/J3PKTtDvolDMBtTy6AFGA",
        "https://acmefilm.accsyn.com/api/v3/api/login",
        "https://acmefilm.accsyn.com/api/v3/event",
    ]
    assert "Authorization" not in stub.transport.requests[0].headers


def test_an_expired_session_is_renewed_once_and_the_call_repeated() -> None:
    stub = expiring(1)

    Transfer.query(stub.typed()).all()

    assert stub.logins == 2
    first, second = stub.envelopes
    assert (first["session"], second["session"]) == ("session-1", "session-2")
    assert first["eid"] == second["eid"]


def test_a_session_that_expires_again_is_given_up() -> None:
    stub = expiring(2)

    with pytest.raises(SessionExpired):
        Transfer.query(stub.typed()).all()
    assert (stub.logins, len(stub.sent)) == (2, 2)


def test_a_bare_session_key_cannot_be_renewed() -> None:
    stub = expiring(1)

    with pytest.raises(SessionExpired):
        Transfer.query(stub.typed(session_key="S")).all()
    assert (stub.logins, len(stub.sent)) == (1, 1)


def test_threads_renew_an_expired_session_together() -> None:
    barrier, lock = threading.Barrier(8), threading.Lock()
    first: set[int] = set()

    def expire(_: str, __: object) -> dict[str, Any] | None:
        thread = threading.get_ident()
        with lock:
            is_first = thread not in first
            first.add(thread)
        if not is_first:
            return None
        barrier.wait(60)
        return EXPIRED

    stub = Stub(expire)
    session = stub.typed()
    session.log_in()
    threads = [
        threading.Thread(target=lambda: Transfer.query(session).all()) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (stub.logins, len(stub.sent)) == (2, 16)


def test_who_waits_for_the_login_of_another_thread_keeps_to_the_time_limit() -> None:
    is_asked, is_late = threading.Event(), threading.Event()
    stub = Stub()

    def wait(request: Request) -> Response:
        stub.instead = None
        is_asked.set()
        is_late.wait(5)
        return stub.send(request)

    stub.instead = wait
    session = stub.typed()
    logging_in = threading.Thread(target=session.log_in)
    logging_in.start()
    is_asked.wait(60)

    with time_limit(0.05), pytest.raises(TimedOut, match="logs in") as caught:
        Transfer.query(session).all()

    assert (logging_in.is_alive(), caught.value.maybe_sent) == (True, False)
    is_late.set()
    logging_in.join()
    assert (len(Transfer.query(session).all()), stub.logins) == (1, 1)


def test_connecting_makes_an_accsyn_session(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACCSYN_PROXY", "socks5h:proxy.example:1080")

    session = connect(Accsyn("acmefilm", username="a", api_key="K"))

    route = session.transport.explain_route("https://acmefilm.accsyn.com")
    assert isinstance(session, AccsynSession)
    assert str(route.proxy) == "socks5h://proxy.example:1080"


@pytest.mark.parametrize("rate", [None, Rate(5, burst=2)])
def test_the_rate_is_the_services_or_ones_own(rate: Rate | None) -> None:
    session = connect(Accsyn("acmefilm", username="a", api_key="K"), rate=rate)

    found: Any = session.transport
    while not isinstance(found, RateLimitTransport):
        found = found.inner
    assert vars(found)["_rate"] == (rate or Rate(30, burst=60))


def test_a_session_is_current_in_its_block() -> None:
    stub = Stub()

    with stub.typed():
        Transfer.query().all()

    assert len(stub.sent) == 1


@pytest.mark.parametrize(
    "body",
    [
        {"result": {"id": USER}},
        {"result": None},
        {},
        {"result": {"session_id": "s"}},
    ],
)
def test_a_login_without_a_session_is_a_protocol_error(body: object) -> None:
    transport = MockTransport(lambda _: answer(body))
    dialect = Accsyn("acmefilm", username="a", api_key="K", hostname="localhost")

    with pytest.raises(ProtocolError, match="session"):
        AccsynSession(dialect, transport).log_in()


@pytest.mark.parametrize(
    "body",
    [{"result": {}}, {}, {"result": {"hostname": "evil/path"}}, {"result": "x"}],
)
def test_a_registry_without_a_server_is_a_protocol_error(body: object) -> None:
    transport = MockTransport(lambda _: answer(body))

    with pytest.raises(ProtocolError, match="registry"):
        AccsynSession(Accsyn("acmefilm", username="a", api_key="K"), transport).log_in()
