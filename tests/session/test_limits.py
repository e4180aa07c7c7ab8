"""What bounds one call bounds its batches and pages too; routes can be asked for."""

from __future__ import annotations

import json
from typing import Any

import pytest

from skysyn import (
    Field,
    MockTransport,
    Record,
    Request,
    Response,
    Skygear,
    SkygearSession,
    Timeout,
    connect,
)
from skysyn.errors import DeclarationError, PlaintextRefused, TimedOut
from skysyn.transport import DeadlineTransport, open_transport

from ..transport.virtual import VirtualTime  # noqa: TID252  # not installed

APP = Skygear("https://app.example.com", api_key="key")


class Note(Record):
    title: Field[str]


def slow_session(time: VirtualTime, seconds: float, total: float) -> SkygearSession:
    """Return a session whose service takes *seconds* for each request."""

    def answer(request: Request) -> Response:
        time.clock.sleep(seconds)
        asked = json.loads(request.body)
        sent = asked.get("records") or [{"_id": f"note/{time.seconds}"}]
        rows = [{**row, "_type": "record", "_access": None} for row in sent]
        return Response(200, body=json.dumps({"result": rows}).encode())

    inner = MockTransport(answer)
    return SkygearSession(
        APP, DeadlineTransport(inner, Timeout(total=total), time.clock)
    )


def test_total_covers_all_pages_of_an_iteration() -> None:
    session = slow_session(VirtualTime(), seconds=2, total=5)

    pages = Note.query(session).pages(size=1)

    assert [len(next(pages)) for _ in range(3)] == [1, 1, 1]
    with pytest.raises(TimedOut):
        next(pages)


def test_time_between_pages_is_the_readers_own() -> None:
    time = VirtualTime()
    session = slow_session(time, seconds=2, total=5)

    pages = Note.query(session).pages(size=1)
    next(pages)
    time.clock.sleep(100)

    assert len(next(pages)) == 1


def test_total_covers_all_batches_of_a_save() -> None:
    session = slow_session(VirtualTime(), seconds=3, total=5)

    report = session.save(*(Note(title=str(n)) for n in range(600)))

    assert (len(report.saved), len(report.failed)) == (400, 200)
    assert {type(failure.error) for failure in report.failed} == {TimedOut}


def test_each_call_has_the_total_anew() -> None:
    session = slow_session(VirtualTime(), seconds=3, total=5)

    for _ in range(3):
        assert len(Note.query(session).all()) == 1


def test_connect_says_what_decided_the_route() -> None:
    session = connect(APP, proxy="socks5h://gw.example.com:1080")

    assert "socks5h://gw.example.com:1080" in session.explain_route()


def test_connect_hands_every_option_on() -> None:
    session = connect(
        Skygear("http://app.example.com", api_key="key"), allow_plaintext="other"
    )

    with pytest.raises(PlaintextRefused, match=r"app\.example\.com"):
        session.call("me")


def test_a_transport_is_used_as_it_is() -> None:
    transport = open_transport()

    assert connect(APP, transport=transport).transport is transport


def test_options_beside_a_transport_are_refused() -> None:
    with pytest.raises(DeclarationError, match=r"proxy=, timeout= would do nothing"):
        connect(
            APP, transport=open_transport(), proxy="socks:gw:1080", timeout=Timeout()
        )


@pytest.mark.parametrize("wrong", ["https://app.example.com", Skygear, None])
def test_a_session_needs_the_settings_of_a_service(wrong: Any) -> None:
    with pytest.raises(DeclarationError, match=r"takes Skygear\(…\) or Accsyn\(…\)"):
        connect(wrong)
