"""The defects of the official client with options (D19 to D44)."""

from __future__ import annotations

import warnings
from typing import Any

import pytest

from skysyn import Accsyn, connect
from skysyn.accsyn import Rights, Session, User
from skysyn.errors import DeclarationError
from skysyn.transport import open_transport
from tests.accsyn.stub import Stub
from tests.transport.virtual import VirtualTime

OPTIONS = [
    {"proxy": "127.0.0.1:80"},
    {"verbose": True},
    {"path_logfile": "log"},
    {"timeout": 5},
    {"connect_timeout": 5},
    {"allow_plaintext": "proxy.example"},
]


@pytest.mark.parametrize("option", OPTIONS)
def test_options_that_a_transport_would_not_heed_are_refused(
    option: dict[str, Any],
) -> None:
    with pytest.raises(DeclarationError, match=f"{next(iter(option))}= would"):
        Stub().plain(**option)


def test_d19_a_port_is_not_the_registrys() -> None:
    stub = Stub()
    stub.plain(hostname=None, port=8443).find("User")

    urls = [request.safe_url for request in stub.transport.requests]
    assert urls[0].startswith("https://master.accsyn.com/")
    assert urls[2] == "https://acmefilm.accsyn.com:8443/api/v3/event"


def test_d27_any_machine_name_fits_the_header() -> None:
    stub = Stub()

    stub.typed(machine="Jönssons\r\n\u4e2d").log_in()

    device = stub.transport.requests[0].headers["X-Accsyn-Device"]
    assert device.isascii()
    assert device.isprintable()


@pytest.mark.parametrize("limit", ["timeout", "connect_timeout"])
def test_d28_no_time_is_refused(limit: str) -> None:
    settings: dict[str, Any] = {limit: 0}

    with pytest.raises(DeclarationError, match=limit):
        Session("a", "u", "K", **settings)


def test_d42_an_empty_user_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACCSYN_API_USER", "")

    with pytest.raises(DeclarationError, match="ACCSYN_API_USER"):
        Accsyn("a", api_key="K")


def test_d44_arguments_come_before_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ACCSYN_WORKSPACE", "other")
    monkeypatch.setenv("ACCSYN_API_KEY", "other")

    session = Stub().plain(domain="acmefilm", workspace=None)

    assert session.typed.dialect.workspace == "acmefilm"
    assert session.typed.dialect.api_key == "K"
    assert Rights().notify is False


def test_rate_is_the_services(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = VirtualTime()
    stub = Stub()
    transport = open_transport(stub.transport, rate=connect_rate(), clock=clock.clock)
    session = connect(
        Accsyn("a", username="u", api_key="K", hostname="localhost"),
        transport=transport,
    )

    for _ in range(89):
        session.query(User).all()

    assert clock.seconds == pytest.approx(1001.0)


def connect_rate() -> Any:
    from skysyn.session.accsyn_opening import ACCSYN_RATE  # noqa: PLC0415  # a constant of it

    return ACCSYN_RATE


def test_older_arguments_warn() -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        session = Stub().plain(pretty_json=True)
        session.find("User", offline=True)
        Session.str({"a": 1})

    assert [w.category for w in caught] == [DeprecationWarning] * 3
