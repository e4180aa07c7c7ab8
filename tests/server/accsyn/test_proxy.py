"""The proxy: forwards accsyn's clients to allowed services, over verified TLS."""

from __future__ import annotations

import base64
import http.client
import json
import logging
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Self

import pytest

from skysyn.errors import TLSError
from skysyn.server.accsyn.proxy import Proxy
from skysyn.server.accsyn.upstreams import Upstream, Upstreams
from tests.live.authority import authority_file, server_context
from tests.live.peer import Peer
from tests.ports import free_port

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Generator
    from pathlib import Path

    from tests.live.peer import Line

EVENT = "/api/v3/event"
KEY = base64.b64encode(b"the-secret-key").decode()
HEADERS = {
    "Authorization": f"basic am9obkB1c2VyLmNvbQ==:{KEY}",
    "X-Accsyn-Workspace": "acmefilm",
    "X-Accsyn-Device": "PythonAPI v3.4.0 @ linux vm(posix)",
}
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\n" + b'{"result":[]}'


class Service:
    """An upstream on loopback that keeps what it is sent."""

    def __init__(
        self, answer: bytes | Callable[[Line], None] = OK, flaw: str | None = ""
    ) -> None:
        self.requests: list[bytes] = []
        self._answer = answer
        tls: ssl.SSLContext | None = None if flaw is None else server_context(flaw)
        self.peer = Peer(self._handle, tls=tls)
        scheme = "http" if flaw is None else "https"
        self.upstream = f"{scheme}://localhost:{self.peer.port}"

    def _handle(self, line: Line) -> None:
        while True:
            self.requests.append(line.read_request())
            if callable(self._answer):
                self._answer(line)
                return
            line.send(self._answer)

    def __enter__(self) -> Self:
        self.peer.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self.peer.__exit__(None, None, None)


@pytest.fixture
def ca(tmp_path: Path) -> Path:
    return authority_file(tmp_path)


@contextmanager
def proxy_of(*upstreams: str, **options: Any) -> Generator[Proxy]:
    allowed = [Upstream.parse(text) for text in upstreams]
    with Proxy(Upstreams(allowed), **options) as proxy:
        yield proxy


def ask(
    proxy: Proxy,
    method: str = "GET",
    target: str = EVENT,
    body: bytes | None = None,
    headers: dict[str, str] = HEADERS,
) -> tuple[int, dict[str, Any]]:
    line = http.client.HTTPConnection("127.0.0.1", proxy.port, timeout=100)
    try:
        line.request(method, target, body, headers)
        response = line.getresponse()
        return response.status, json.loads(response.read())
    finally:
        line.close()


def raw(proxy: Proxy, sent: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", proxy.port), 100) as line:
        line.sendall(sent)
        received = b""
        while piece := line.recv(65536):
            received += piece
        return received


def test_a_request_arrives_as_it_was_sent(ca: Path) -> None:
    target = f"{EVENT}?%7B%22uri%22%3A%20%22transfer/find%22%7D"
    with Service() as service, proxy_of(service.upstream, ca=ca) as proxy:
        answer = ask(proxy, "GET", target)

    head, *lines = service.requests[0].decode().rstrip().split("\r\n")
    sent = dict(line.split(": ", 1) for line in lines)
    assert answer == (200, {"result": []})
    assert head == f"GET {target} HTTP/1.1"
    assert {
        name: sent[name.lower()] if name.lower() in sent else sent[name]
        for name in HEADERS
    } == HEADERS
    assert sent["Host"] == f"localhost:{service.peer.port}"


@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_a_body_arrives_as_it_was_sent(ca: Path, method: str) -> None:
    body = b'{"uri": "transfer/create", "data": "' + b"x" * 1_000_000 + b'"}'
    with Service() as service, proxy_of(service.upstream, ca=ca) as proxy:
        ask(proxy, method, EVENT, body)

    assert service.requests[0].partition(b"\r\n\r\n")[2] == body


def test_a_request_line_may_be_as_long_as_clients_make_it(ca: Path) -> None:
    target = f"{EVENT}?" + "%20" * 300_000
    with Service() as service, proxy_of(service.upstream, ca=ca) as proxy:
        ask(proxy, "GET", target)

    assert service.requests[0].split(b" ")[1].decode() == target


@pytest.mark.parametrize("status", [200, 401, 429, 500])
def test_an_answer_arrives_as_it_was_sent(ca: Path, status: int) -> None:
    body = b"<html>anything</html>"
    head = f"HTTP/1.1 {status} X\r\nContent-Type: text/html\r\nRetry-After: 7\r\n"
    answer = head.encode() + b"Content-Length: %d\r\n\r\n" % len(body) + body
    with Service(answer) as service, proxy_of(service.upstream, ca=ca) as proxy:
        received = raw(proxy, _get())

    first, _, got = received.partition(b"\r\n\r\n")
    assert first.startswith(f"HTTP/1.1 {status} ".encode())
    assert b"retry-after: 7" in first.lower()
    assert got == body


def _get(target: str = EVENT) -> bytes:
    lines = [f"GET {target} HTTP/1.1", "Host: x", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in HEADERS.items()]
    return "\r\n".join([*lines, "", ""]).encode()


def test_an_answer_in_pieces_is_passed_on_as_it_comes(ca: Path) -> None:
    came = threading.Event()

    def answer(line: Line) -> None:
        line.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        line.send(b"5\r\nfirst\r\n")
        came.wait(60)
        line.send(b"6\r\nsecond\r\n0\r\n\r\n")

    with Service(answer) as service, proxy_of(service.upstream, ca=ca) as proxy:
        line = http.client.HTTPConnection("127.0.0.1", proxy.port, timeout=100)
        line.request("GET", EVENT, headers=HEADERS)
        response = line.getresponse()
        seen = [response.read1(100)]
        came.set()
        seen.append(response.read())
        line.close()

    assert seen == [b"first", b"second"]


def test_a_cut_answer_is_passed_on_as_cut(ca: Path) -> None:
    def answer(line: Line) -> None:
        line.send(
            b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n" + b"x" * 200_000
        )

    with (
        Service(answer) as service,
        proxy_of(service.upstream, ca=ca) as proxy,
        pytest.raises(http.client.IncompleteRead),
    ):
        ask(proxy)


@pytest.mark.parametrize("flaw", ["expired", "wrong host", "unknown authority"])
def test_an_upstream_that_cannot_prove_itself_gets_no_key(ca: Path, flaw: str) -> None:
    with Service(flaw=flaw) as service, proxy_of(service.upstream, ca=ca) as proxy:
        status, body = ask(proxy)

    assert (status, service.requests) == (502, [])
    assert "certificate" in body["message"]


def test_without_its_authority_an_upstream_is_not_trusted() -> None:
    with Service() as service, proxy_of(service.upstream) as proxy:
        assert ask(proxy)[0] == 502

    assert service.requests == []


def test_a_file_of_authorities_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TLSError, match="authorities"):
        Proxy(Upstreams([Upstream.parse("https://a.test")]), ca=tmp_path / "no.pem")


def test_a_dead_upstream_is_an_answer_that_clients_understand() -> None:
    with proxy_of(f"http://127.0.0.1:{free_port()}") as proxy:
        status, body = ask(proxy)

    assert status == 502
    assert "was not reached: " in body["message"]
    assert "refused" in body["message"]


def test_a_silent_upstream_is_not_waited_for_for_ever(ca: Path) -> None:
    def answer(line: Line) -> None:
        line.pause(60)

    with (
        Service(answer) as service,
        proxy_of(service.upstream, ca=ca, timeout=2) as proxy,
    ):
        status, body = ask(proxy)

    assert (status, "in time" in body["message"]) == (504, True)


def test_a_request_is_never_sent_twice(ca: Path) -> None:
    def answer(line: Line) -> None:
        return

    with Service(answer) as service, proxy_of(service.upstream, ca=ca) as proxy:
        assert ask(proxy, "POST", EVENT, b"{}")[0] == 502

    assert len(service.requests) == 1


def test_a_redirection_is_not_passed_on(ca: Path) -> None:
    moved = (
        b"HTTP/1.1 302 X\r\nLocation: http://evil.test/\r\nContent-Length: 0\r\n\r\n"
    )
    with Service(moved) as service, proxy_of(service.upstream, ca=ca) as proxy:
        status, body = ask(proxy)

    assert (status, "another address" in body["message"]) == (502, True)


@pytest.mark.parametrize(
    "target",
    [
        "http://evil.test/api/v3/event",
        "//evil.test/api/v3/event",
        "/",
        "/api/v3/../../admin",
        "/api/v3/event/../../../admin",
        "/api/v3/%2e%2e/admin",
        "/api/v3/event%00",
        "/api/v4/event",
        "*",
    ],
)
def test_it_is_no_open_proxy(ca: Path, target: str) -> None:
    with Service() as service, proxy_of(service.upstream, ca=ca) as proxy:
        received = raw(proxy, _get(target))

    status = int(received.split(b" ")[1])
    assert (status in {400, 403, 404}, service.requests) == (True, [])


@pytest.mark.parametrize("method", ["CONNECT", "TRACE", "OPTIONS", "PATCH", "HEAD"])
def test_only_the_methods_of_the_service_are_forwarded(ca: Path, method: str) -> None:
    target = "evil.test:443" if method == "CONNECT" else EVENT
    with Service() as service, proxy_of(service.upstream, ca=ca) as proxy:
        received = raw(proxy, _get(target).replace(b"GET", method.encode(), 1))

    assert (received.split(b" ")[1], service.requests) == (b"400", [])


def test_each_workspace_goes_to_its_own_upstream(ca: Path) -> None:
    with (
        Service() as one,
        Service() as two,
        proxy_of(f"acmefilm={one.upstream}", f"other={two.upstream}", ca=ca) as proxy,
    ):
        ask(proxy)
        ask(proxy, headers=HEADERS | {"X-Accsyn-Workspace": "OTHER"})
        status, _ = ask(proxy, headers=HEADERS | {"X-Accsyn-Workspace": "third"})

    assert (len(one.requests), len(two.requests), status) == (1, 1, 403)


@pytest.mark.parametrize("scheme", ["ASCredentials", "ASSession"])
def test_older_clients_name_their_workspace_in_their_credentials(
    ca: Path, scheme: str
) -> None:
    said = json.dumps({"domain": "other", "username": "kim", "session_key": "s"})
    header = f"{scheme} {base64.b64encode(said.encode()).decode()}"
    with (
        Service() as one,
        Service() as two,
        proxy_of(f"acmefilm={one.upstream}", f"other={two.upstream}", ca=ca) as proxy,
    ):
        ask(proxy, target="/api/v1.0/event", headers={"Authorization": header})

    assert (len(one.requests), len(two.requests)) == (0, 1)


def test_keys_and_data_are_never_logged(
    ca: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with Service() as service, proxy_of(service.upstream, ca=ca) as proxy:
        ask(proxy, "GET", f"{EVENT}?the-data")
        ask(proxy, "PUT", EVENT, b"the-body")
        ask(proxy, "GET", "/nowhere?the-data")

    logged = [r.getMessage() for r in caplog.records if r.name == "skysyn.proxy"]
    # A line is written once its answer is sent: the next may overtake it.
    assert sorted(line.rsplit(" ", 1)[0] for line in logged) == [
        "GET '/api/v3/event' 200",
        "GET '/nowhere' 403",
        "PUT '/api/v3/event' 200",
    ]
    ours = [r.getMessage() for r in caplog.records if r.name.startswith("skysyn")]
    for word in (KEY, "the-data", "the-body", "the-secret-key"):
        assert not any(word in message for message in ours)


def test_many_are_forwarded_at_once(ca: Path) -> None:
    with (
        Service() as service,
        proxy_of(service.upstream, ca=ca) as proxy,
        ThreadPoolExecutor(16) as pool,
    ):
        answers = list(pool.map(ask, [proxy] * 200))

    assert answers == [(200, {"result": []})] * 200


def test_too_many_at_once_are_told_so(ca: Path) -> None:
    refused = threading.Event()

    def answer(line: Line) -> None:
        refused.wait(60)
        # as it does, so that nobody asks again by the same connection
        line.send(OK.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n", 1))

    def ask_too(proxy: Proxy) -> int:
        status, _ = ask(proxy)
        if status == 429:
            refused.set()
        return status

    with (
        Service(answer) as service,
        proxy_of(service.upstream, ca=ca, at_once=2) as proxy,
        ThreadPoolExecutor(8) as pool,
    ):
        statuses = set(pool.map(ask_too, [proxy] * 8))

    assert statuses == {200, 429}
