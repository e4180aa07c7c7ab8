"""No secret is readable on the way, in errors, in logs, or at another origin."""

from __future__ import annotations

import base64
import logging
import socket
from typing import TYPE_CHECKING, cast

import pytest

from skysyn.errors import PlaintextRefused, TransportError
from skysyn.transport import DNS, Request, open_transport

from .answers import reply
from .authority import authority_file, server_context
from .echo import echo_peer
from .peer import Line, Peer
from .routes import ROUTES, open_way

if TYPE_CHECKING:
    from pathlib import Path

CANARY = "canary-5f1c"
SPELLINGS = (CANARY.encode(), base64.b64encode(CANARY.encode()).rstrip(b"="))


def secret_request(base: str, path: str = "/save") -> Request:
    word = base64.b64encode(CANARY.encode()).decode()
    headers = {"Authorization": f"Basic {word}", "X-Skygear-API-Key": CANARY}
    url = f"{base}{path}?session={CANARY}"
    return Request("POST", url, headers, f'{{"api_key": "{CANARY}"}}'.encode())


def is_readable(data: bytes | bytearray) -> bool:
    return any(spelling in data for spelling in SPELLINGS)


@pytest.mark.parametrize("route", ROUTES[1:-1])
def test_no_hop_can_read_what_travels(route: str, tmp_path: Path) -> None:
    with (
        echo_peer(tls=server_context()) as server,
        open_way(route, server.port) as way,
        open_transport(
            way.proxy, dns=cast("DNS", way.dns), verify=authority_file(tmp_path)
        ) as transport,
    ):
        base = f"https://{way.host}:{server.port}"
        answer = transport.send(secret_request(base))

    assert CANARY in answer.body.decode()
    assert way.hop is not None
    assert len(way.hop.seen) > 500
    assert not is_readable(way.hop.seen)


def test_an_accsyn_proxy_can_read_all_and_so_needs_permission() -> None:
    with (
        echo_peer() as server,
        open_way("accsyn", server.port, tls=False) as way,
        open_transport(way.proxy) as transport,
    ):
        transport.send(secret_request("https://space.accsyn.com"))

    assert way.hop is not None
    assert is_readable(way.hop.seen)
    with pytest.raises(PlaintextRefused):
        open_transport("accsyn:192.0.2.1:80")


def test_plain_http_leaves_this_machine_only_with_permission() -> None:
    refused = pytest.raises(PlaintextRefused, match=r"allow_plaintext='192\.0\.2\.1'")
    with open_transport() as transport, refused:
        transport.send(secret_request("http://192.0.2.1"))


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed(status: int) -> None:
    with echo_peer() as elsewhere:
        location = f"Location: http://localhost:{elsewhere.port}/"

        def redirect(line: Line) -> None:
            line.read_request()
            line.send(reply(b"", location, status=f"{status} Moved"))

        with Peer(redirect) as server, open_transport() as transport:
            base = f"http://127.0.0.1:{server.port}"
            answer = transport.send(secret_request(base))

    assert (answer.status, elsewhere.connections) == (status, 0)


@pytest.mark.parametrize("dns", ["proxy", "local"])
@pytest.mark.parametrize("kind", ["http", "socks4", "socks5"])
def test_the_proxy_resolves_names_unless_asked_otherwise(
    kind: str, dns: DNS, monkeypatch: pytest.MonkeyPatch
) -> None:
    host = "localhost" if dns == "local" else "server.test"
    asked: list[object] = []
    original = socket.getaddrinfo

    def listen(name: str, *args: object, **options: object) -> object:
        asked.append(name)
        return original(name, *args, **options)  # type: ignore[arg-type]  # passed on

    with (
        echo_peer() as server,
        open_way(kind, server.port) as way,
        open_transport(way.proxy, dns=dns, allow_plaintext="server.test") as transport,
    ):
        monkeypatch.setattr(socket, "getaddrinfo", listen)
        transport.send(Request("GET", f"http://{host}:{server.port}/"))

    assert way.hop is not None
    assert (host in asked) == (dns == "local")
    assert (way.hop.targets[0][0] == host) == (dns == "proxy")


def chain(exc: BaseException) -> list[BaseException]:
    """Return *exc* with all its causes and contexts, each once."""
    found: list[BaseException] = []
    waiting: list[BaseException | None] = [exc]
    while waiting:
        inner = waiting.pop()
        if inner is not None and inner not in found:
            found.append(inner)
            waiting += [inner.__cause__, inner.__context__]
    return found


FAILURES = {
    "cut": b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n",
    "garbage": b"garbage\r\n\r\n",
    "nothing": b"",
}


@pytest.mark.parametrize("failure", FAILURES)
def test_no_error_or_log_tells_a_secret(
    failure: str, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(line: Line) -> None:
        line.read_request()
        line.send(FAILURES[failure])

    caplog.set_level(logging.DEBUG)
    failed = pytest.raises(TransportError)
    with Peer(fail) as server, open_transport() as transport, failed as caught:
        transport.send(secret_request(f"http://127.0.0.1:{server.port}"))

    told = [f"{exc} {exc!r}" for exc in chain(caught.value)]
    logged = [str(vars(record)) + record.getMessage() for record in caplog.records]
    assert not is_readable("".join(told + logged).encode())


INVALID = {
    "header value": Request("GET", "https://host/", {"K": f"{CANARY}\r\nX: y"}),
    "header text": Request("GET", "https://host/", {"K": f"{CANARY}\u2013"}),
    "header name": Request("GET", "https://host/", {"K y": CANARY}),
    "method": Request(f"GET {CANARY}", "https://host/"),
    "space": Request("GET", f"https://host/?k={CANARY} x"),
    "login": Request("GET", f"https://me:{CANARY}@host/"),
    "scheme": Request("GET", f"file://host/?k={CANARY}"),
    "port": Request("GET", f"https://host:99999/?k={CANARY}"),
    "bracket": Request("GET", f"https://[host/?k={CANARY}"),
    "no host": Request("GET", f"https:///?k={CANARY}"),
}


@pytest.mark.parametrize("flaw", INVALID)
def test_invalid_requests_are_refused_without_repeating_them(flaw: str) -> None:
    with open_transport() as transport, pytest.raises(TransportError) as caught:
        transport.send(INVALID[flaw])

    assert caught.value.maybe_sent is False
    assert not any(CANARY in f"{exc} {exc!r}" for exc in chain(caught.value))
