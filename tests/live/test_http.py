"""HTTPTransport against servers on loopback."""

from __future__ import annotations

import gzip
import json
import os
import ssl
import zlib
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from typing import TYPE_CHECKING

import pytest

from skysyn.errors import ConnectError, LimitExceeded, TLSError, TransportError
from skysyn.transport import (
    TLS,
    HTTPTransport,
    Limits,
    Request,
    Response,
    Retry,
    Secret,
    Timeout,
    open_transport,
)

from .answers import reply
from .authority import HOSTS, authority, authority_file, server_context
from .echo import echo_peer
from .peer import Line, Peer

if TYPE_CHECKING:
    from pathlib import Path


def answering(data: bytes) -> Peer:
    def handle(line: Line) -> None:
        while True:
            line.read_request()
            line.send(data)

    return Peer(handle)


def base(peer: Peer, scheme: str = "http") -> str:
    return f"{scheme}://localhost:{peer.port}"


def test_what_is_sent_arrives_unchanged() -> None:
    target = "/a%2Fb/%7e?q=%7B%22x%22%3A1%7D&%zz"
    with echo_peer() as server, HTTPTransport() as transport:
        request = Request("PUT", base(server) + target, {"X-A": "b"}, b"body")
        answer = json.loads(transport.send(request).body)

    lines = answer["head"].split("\r\n")
    assert (lines[0], answer["body"]) == (f"PUT {target} HTTP/1.1", "body")
    assert sorted(lines[1:]) == [
        "Accept-Encoding: gzip, deflate",
        "Content-Length: 4",
        f"Host: localhost:{server.port}",
        "User-Agent: skysyn",
        "X-A: b",
    ]


@pytest.mark.parametrize("status", [200, 204, 304, 400, 401, 404, 500, 503])
def test_every_answer_is_returned(status: int) -> None:
    data = reply(b"", "X-A: 1", "X-A: 2", status=f"{status} X")
    with answering(data) as server, HTTPTransport() as transport:
        answer = transport.send(Request("GET", base(server)))

    assert (answer.status, answer.header("x-a"), answer.body) == (status, "1, 2", b"")


def test_connections_are_used_again() -> None:
    with echo_peer() as server, HTTPTransport() as transport:
        for _ in range(20):
            transport.send(Request("POST", base(server), {}, b"x"))

    assert server.connections == 1


def test_compressed_answers_are_opened() -> None:
    packer = zlib.compressobj()
    bodies = {
        "gzip": gzip.compress(b'{"a": 1}'),
        "deflate": packer.compress(b'{"a": 1}') + packer.flush(),
    }
    for name, body in bodies.items():
        data = reply(body, f"Content-Encoding: {name}")
        with answering(data) as server, HTTPTransport() as transport:
            assert transport.send(Request("GET", base(server))) == Response(
                200, {}, b'{"a": 1}'
            )


def test_no_cookie_is_kept() -> None:
    def handle(line: Line) -> None:
        line.read_request()
        line.send(reply(b"", "Set-Cookie: canary=1; Path=/"))
        line.send(reply(line.read_request()))

    with Peer(handle) as server, HTTPTransport() as transport:
        transport.send(Request("GET", base(server)))
        second = transport.send(Request("GET", base(server)))

    assert b"canary" not in second.body


def test_no_environment_is_read(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine localhost login me password canary")
    monkeypatch.setenv("NETRC", str(netrc))
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/missing")
    with echo_peer() as server, HTTPTransport() as transport:
        answer = json.loads(transport.send(Request("GET", base(server))).body)

    assert "Authorization" not in answer["head"]


def test_threads_share_a_transport() -> None:
    with (
        echo_peer() as server,
        HTTPTransport() as transport,
        ThreadPoolExecutor(32) as pool,
    ):

        def ask(number: int) -> str:
            request = Request("POST", base(server), {}, str(number).encode())
            return str(json.loads(transport.send(request).body)["body"])

        answers = list(pool.map(ask, range(1000)))

    assert answers == [str(number) for number in range(1000)]


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_process_opens_connections_of_its_own() -> None:
    with echo_peer() as server, HTTPTransport() as transport:
        request = Request("POST", base(server), {}, b"x")
        transport.send(request)
        child = os.fork()
        if child == 0:
            os._exit(0 if transport.send(request).status == 200 else 1)
        _, status = os.waitpid(child, 0)
        transport.send(request)

    assert (os.waitstatus_to_exitcode(status), server.connections) == (0, 2)


def test_a_closed_transport_opens_again() -> None:
    with echo_peer() as server:
        transport = HTTPTransport()
        request = Request("GET", base(server))
        transport.send(request)
        transport.close()
        transport.close()

        assert transport.send(request).status == 200
        transport.close()


def close_before_calls(
    monkeypatch: pytest.MonkeyPatch, transport: HTTPTransport, times: int
) -> None:
    """Close *transport* while calls of others have a pool and no connection yet."""
    adapter = import_module("skysyn.transport.engine").LineAdapter
    real, left = adapter.request_url, iter(range(times))

    def close_first(*args: object) -> object:
        if next(left, None) is not None:
            transport.close()
        return real(*args)

    monkeypatch.setattr(adapter, "request_url", close_first)


def test_closing_does_not_fail_the_calls_of_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with echo_peer() as server, HTTPTransport() as transport:
        close_before_calls(monkeypatch, transport, 2)

        assert transport.send(Request("GET", base(server))).status == 200


def test_a_call_that_closing_leaves_no_connection_may_be_repeated(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    closed = pytest.raises(ConnectError, match="closed meanwhile")
    with echo_peer() as server, HTTPTransport() as transport, closed as caught:
        close_before_calls(monkeypatch, transport, 1000)
        transport.send(Request("GET", base(server)))

    assert caught.value.maybe_sent is False


def test_addresses_of_version_6_stand_in_brackets() -> None:
    with echo_peer(host="::1") as server, HTTPTransport() as transport:
        answer = transport.send(Request("GET", f"http://[::1]:{server.port}/"))

    assert f"Host: [::1]:{server.port}" in json.loads(answer.body)["head"]


def test_a_large_body_is_sent_in_pieces() -> None:
    size = 3_000_000
    with echo_peer(tls=server_context()) as server:
        tls = TLS(ca="system")
        assert tls.cert is None
        with answering(reply()) as plain, HTTPTransport() as transport:
            body = bytes(size)
            answer = transport.send(Request("POST", base(plain), {}, body))

    assert (answer.status, server.connections) == (200, 0)


def test_an_unknown_name_is_a_connect_error() -> None:
    failed = pytest.raises(ConnectError, match="is not known")
    with HTTPTransport(allow_plaintext="x.invalid") as transport, failed as caught:
        transport.send(Request("GET", "http://x.invalid/"))

    assert (caught.value.maybe_sent, caught.value.url) == (False, "http://x.invalid/")


@pytest.mark.parametrize(
    ("limits", "name"),
    [(Limits(received=1000), "received"), (Limits(body=1000), "body")],
)
def test_a_refusal_names_the_limit(limits: Limits, name: str) -> None:
    refused = pytest.raises(LimitExceeded, match=rf"Limits\({name}=")
    with (
        answering(reply(bytes(5000))) as server,
        HTTPTransport(limits=limits) as transport,
        refused,
    ):
        transport.send(Request("GET", base(server)))


def client_files(folder: Path, password: str | None = None) -> tuple[Path, Path]:
    cert = authority().issue_cert("client.test")
    chain, key = folder / "client.pem", folder / "client.key"
    chain.write_bytes(b"".join(x.bytes() for x in cert.cert_chain_pems))
    key.write_bytes(cert.private_key_pem.bytes())
    return chain, key


def demanding_context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority().issue_cert(*HOSTS).configure_cert(context)  # pyright: ignore[reportUnknownMemberType]  # half typed
    authority().configure_trust(context)  # pyright: ignore[reportUnknownMemberType]  # half typed
    context.verify_mode = ssl.CERT_REQUIRED
    return context


def test_a_client_certificate_opens_the_door(tmp_path: Path) -> None:
    cert, key = client_files(tmp_path)
    tls = TLS(authority_file(tmp_path), cert, key)
    with (
        echo_peer(tls=demanding_context()) as server,
        open_transport(verify=tls) as transport,
    ):
        answer = transport.send(Request("GET", base(server, "https")))

    assert answer.status == 200


def test_without_a_certificate_it_stays_closed(tmp_path: Path) -> None:
    with (
        echo_peer(tls=demanding_context()) as server,
        open_transport(verify=authority_file(tmp_path)) as transport,
        pytest.raises(TransportError),
    ):
        transport.send(Request("GET", base(server, "https")))


def test_a_folder_of_authorities_may_be_trusted(tmp_path: Path) -> None:
    with (
        echo_peer(tls=server_context()) as server,
        open_transport(verify=tmp_path) as transport,
        pytest.raises(TLSError) as caught,
    ):
        transport.send(Request("GET", base(server, "https")))

    assert caught.value.maybe_sent is False


def test_a_wrong_key_file_is_refused_at_once(tmp_path: Path) -> None:
    cert, _ = client_files(tmp_path)
    with pytest.raises(TLSError, match=r"client\.pem"):
        HTTPTransport(tls=TLS(cert=cert, key=cert, password=Secret("canary")))


def test_a_read_is_repeated_after_a_lost_connection() -> None:
    arrivals: list[bytes] = []

    def handle(line: Line) -> None:
        arrivals.append(line.read_request())
        if len(arrivals) == 1:
            line.reset()
        line.send(reply())

    retry = Retry(first_wait=0)
    with Peer(handle) as server, open_transport(retry=retry) as transport:
        request = Request("GET", base(server), effect="read", timeout=Timeout(9, 9, 60))
        answer = transport.send(request)

    assert (answer.status, len(arrivals)) == (200, 2)
