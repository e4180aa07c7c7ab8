from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest

from skysyn.errors import (
    ConnectError,
    PlaintextRefused,
    ProxyError,
    TLSError,
    TransportError,
)
from skysyn.transport import (
    MockTransport,
    Proxy,
    Rate,
    Request,
    Response,
    Timeout,
    open_transport,
)

from .virtual import VirtualTime

if TYPE_CHECKING:
    from pathlib import Path

URL = "https://example.com/api"
ENVIRON = {"HTTPS_PROXY": "http://env:1", "NO_PROXY": "skip", "ACCSYN_PROXY": "::1"}
BY_PROXY = "names resolved by the proxy"

ROUTES = [
    (None, "direct (no proxy was given)"),
    ("", "direct (no proxy was given)"),
    (
        "socks5h://u:p@host:1",
        f"through socks5h://host:1, {BY_PROXY} (the argument proxy=)",
    ),
    (
        Proxy("http", "host", 1),
        f"through http://host:1, {BY_PROXY} (the argument proxy=)",
    ),
    (
        "env",
        f"through http://env:1, {BY_PROXY} (the environment variable HTTPS_PROXY)",
    ),
    ("env:OTHER", "direct (OTHER is not set)"),
    (
        "accsyn:localhost:1",
        f"through accsyn://localhost:1, {BY_PROXY} (the argument proxy=)",
    ),
    (MockTransport(lambda _: Response(200)), "direct (MockTransport uses no network)"),
]


@pytest.mark.parametrize(("proxy", "text"), ROUTES)
def test_the_route_and_what_decided_it_are_told(
    proxy: str | Proxy | MockTransport | None, text: str
) -> None:
    with open_transport(proxy, environ=ENVIRON) as transport:
        assert str(transport.explain_route(URL)) == text


@pytest.mark.parametrize("url", ["server.studio", "ftp://server", "https://a:99999"])
def test_there_is_no_route_to_what_is_no_http_url(url: str) -> None:
    with open_transport() as transport, pytest.raises(TransportError):
        transport.explain_route(url)


def test_the_environment_is_not_read_unless_asked() -> None:
    with open_transport(environ={"HTTPS_PROXY": "not a proxy"}) as transport:
        assert transport.explain_route(URL).proxy is None


def test_an_exception_of_the_environment_is_told() -> None:
    with open_transport("env", environ=ENVIRON) as transport:
        route = transport.explain_route("https://skip/")

    assert str(route) == "direct (NO_PROXY has 'skip')"


def test_an_accsyn_proxy_elsewhere_needs_permission() -> None:
    with pytest.raises(PlaintextRefused, match="allow_plaintext='farm'") as caught:
        open_transport("accsyn:farm:80")

    assert caught.value.maybe_sent is False


def test_permission_opens_an_accsyn_proxy() -> None:
    with open_transport("accsyn:farm:80", allow_plaintext="farm") as transport:
        assert transport.explain_route(URL).proxy == Proxy("accsyn", "farm", 80)


def test_a_wrong_proxy_is_refused_at_once() -> None:
    with pytest.raises(ProxyError):
        open_transport("quic://x")


def test_verification_cannot_be_switched_off() -> None:
    with pytest.raises(TLSError, match="pass verify="):
        open_transport(verify=False)


def test_a_missing_authority_is_refused_at_once(tmp_path: Path) -> None:
    with pytest.raises(TLSError, match=r"missing\.pem"):
        open_transport(verify=tmp_path / "missing.pem")


def test_the_system_may_be_trusted() -> None:
    open_transport(verify="system").close()


def test_a_given_transport_is_wrapped_like_the_network() -> None:
    answers = [Response(503), Response(200)]
    inner = MockTransport(lambda _: answers.pop(0))
    transport = open_transport(
        inner, timeout=Timeout(1, 2, 30), rate=Rate(2), clock=VirtualTime().clock
    )

    answer = transport.send(Request("GET", URL, effect="read"))

    timeouts = [request.timeout for request in inner.requests]
    assert (answer.status, len(timeouts), timeouts[0]) == (200, 2, Timeout(1, 2, 30))


def test_without_a_policy_everything_is_sent_once() -> None:
    inner = MockTransport(lambda _: Response(503))

    open_transport(inner, retry=None).send(Request("GET", URL, effect="read"))

    assert len(inner.requests) == 1


def test_verbose_sessions_write_to_their_own_file(tmp_path: Path) -> None:
    files = [tmp_path / "one.log", tmp_path / "two.log"]
    for number, file in enumerate(files):
        inner = MockTransport(lambda _: Response(200))
        with open_transport(inner, path_logfile=file) as transport:
            transport.send(Request("GET", f"https://host{number}/a?key=canary"))

    lines = [file.read_text() for file in files]
    assert ["GET https://host0/a: 200 in" in lines[0], "host1" in lines[0]] == [1, 0]
    assert ["host1" in lines[1], "host0" in lines[1]] == [1, 0]
    assert "canary" not in lines[0] + lines[1]


def test_verbose_sessions_write_to_stdout(capsys: pytest.CaptureFixture[str]) -> None:
    inner = MockTransport(lambda _: Response(200))
    with open_transport(inner, verbose=True) as transport:
        transport.send(Request("GET", URL))

    assert "GET https://example.com/api: 200 in" in capsys.readouterr().out


def test_a_server_that_takes_no_connection_is_named() -> None:
    with socket.socket() as deaf, open_transport(retry=None) as transport:
        deaf.bind(("127.0.0.1", 0))
        port = deaf.getsockname()[1]
        named = f"no connection to 127.0.0.1 port {port}: "

        with pytest.raises(ConnectError, match=named):
            transport.send(Request("GET", f"http://127.0.0.1:{port}"))
