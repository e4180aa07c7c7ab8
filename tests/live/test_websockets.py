"""WebSockets over TLS, by every route that has them, and with time limits."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

import pytest
from websockets.frames import Frame
from websockets.http11 import Request
from websockets.server import ServerProtocol

from skysyn import Skygear, Timeout, connect
from skysyn.errors import (
    BrokenAnswer,
    PlaintextRefused,
    ProxyError,
    ProxyRefused,
    TimedOut,
    TLSError,
)
from skysyn.pubsub import Message
from skysyn.server import Server, Serving, Settings
from skysyn.server.listening import Certificate

from .authority import HOSTS, authority, authority_file, server_context
from .peer import Line, Peer
from .proxies import Hop, proxy_peer
from .routes import ROUTES, open_way

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from skysyn import JSON
    from skysyn.transport import DNS

KEY = "canary-key"
WAYS = [route for route in ROUTES if route != "accsyn"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("tls")


@pytest.fixture(scope="module")
def secure(folder: Path) -> Iterator[Serving]:
    """A server with a certificate of the tests' authority."""
    issued = authority().issue_cert(*HOSTS)
    cert, key = folder / "cert.pem", folder / "key.pem"
    issued.cert_chain_pems[0].write_to_path(str(cert))
    issued.private_key_pem.write_to_path(str(key))
    settings = Settings(api_key=KEY, master_key="master-key")
    shown = Certificate(cert, key)
    with Server(settings) as server, Serving(server, certificate=shown) as serving:
        yield serving


@pytest.mark.parametrize("route", WAYS)
def test_messages_travel_by_every_route(
    secure: Serving, folder: Path, route: str
) -> None:
    with open_way(route, secure.port) as way:
        dialect = Skygear(f"https://{way.host}:{secure.port}", api_key=KEY)
        trusted = authority_file(folder)
        dns: DNS = "local" if way.dns == "local" else "proxy"
        session = connect(dialect, proxy=way.proxy, dns=dns, verify=trusted)
        with session, session.subscribe("news") as messages:
            session.publish("news", "ä" * 100_000)

            assert messages.receive(60) == Message("news", "ä" * 100_000)
        if way.hop is not None:
            assert KEY.encode() not in way.hop.seen


def test_a_certificate_of_somebody_else_is_refused(secure: Serving) -> None:
    session = connect(Skygear(f"https://localhost:{secure.port}", api_key=KEY))

    with pytest.raises(TLSError):
        session.subscribe("news")


def test_an_accsyn_proxy_has_no_websockets(secure: Serving) -> None:
    with proxy_peer(Hop("accsyn", upstream=("localhost", secure.port))) as peer:
        dialect = Skygear(f"https://localhost:{secure.port}", api_key=KEY)
        session = connect(dialect, proxy=f"accsyn://127.0.0.1:{peer.port}")

        with pytest.raises(ProxyError, match="forwards no WebSockets"):
            session.publish("news", 1)


def test_a_proxy_that_refuses_is_told_apart(secure: Serving) -> None:
    with proxy_peer(Hop("http", ("me", "right"))) as peer:
        dialect = Skygear(f"https://localhost:{secure.port}", api_key=KEY)
        session = connect(dialect, proxy=f"http://me:wrong@127.0.0.1:{peer.port}")

        with pytest.raises(ProxyRefused):
            session.subscribe("news")


def test_keys_do_not_travel_unencrypted() -> None:
    session = connect(Skygear("http://server.test", api_key=KEY))

    with pytest.raises(PlaintextRefused):
        session.subscribe("news")


@pytest.mark.alone
def test_a_server_that_is_silent_is_given_up() -> None:
    with Peer(lambda line: line.pause(60)) as peer:
        dialect = Skygear(f"http://127.0.0.1:{peer.port}", api_key=KEY)
        session = connect(dialect, timeout=Timeout(connect=0.3))
        started = time.monotonic()

        with pytest.raises(TimedOut):
            session.publish("news", 1)

    assert time.monotonic() - started < 3


def test_a_handshake_that_drips_through_tls_is_left_in_time(folder: Path) -> None:
    def drip(line: Line) -> None:
        protocol = ServerProtocol()
        protocol.receive_data(line.read_until(b"\r\n\r\n"))
        [asked] = [x for x in protocol.events_received() if isinstance(x, Request)]
        protocol.send_response(protocol.accept(asked))
        for byte in b"".join(protocol.data_to_send()):
            line.send(bytes([byte]))
            line.pause(0.02)

    with Peer(drip, tls=server_context()) as peer:
        dialect = Skygear(f"https://localhost:{peer.port}", api_key=KEY)
        trusted = authority_file(folder)
        session = connect(dialect, verify=trusted, timeout=Timeout(connect=0.5))

        with pytest.raises(TimedOut):
            session.publish("news", 1)


@pytest.mark.parametrize("said", [b"", b"HTTP/1.1 101 Yes\r\n\r\n", b"nonsense\r\n"])
def test_a_server_that_hangs_up_is_told_apart(said: bytes) -> None:
    def answer(line: Line) -> None:
        line.read_until(b"\r\n\r\n")
        line.send(said)

    with Peer(answer) as peer:
        session = connect(Skygear(f"http://127.0.0.1:{peer.port}", api_key=KEY))

        with pytest.raises(BrokenAnswer):
            session.publish("news", 1)


def test_what_comes_with_the_confirmation_of_a_subscription_is_not_lost() -> None:
    with Peer(confirm_between_messages) as peer:
        session = connect(Skygear(f"http://127.0.0.1:{peer.port}", api_key=KEY))

        with session.subscribe("news") as messages:
            found = [messages.receive(60) for _ in range(3)]

    assert found == [Message("news", number) for number in range(3)]


def confirm_between_messages(line: Line) -> None:
    """Confirm a subscription in one segment with messages before and after it."""
    protocol = ServerProtocol()
    while True:
        protocol.receive_data(line.receive())
        for event in protocol.events_received():
            if isinstance(event, Request):
                protocol.send_response(protocol.accept(event))
            elif isinstance(event, Frame):
                confirm(protocol, json.loads(bytes(event.data)))
        line.send(b"".join(protocol.data_to_send()))


@pytest.mark.alone
def test_closing_waits_for_the_answer_and_no_longer(
    secure: Serving, folder: Path
) -> None:
    dialect = Skygear(f"https://localhost:{secure.port}", api_key=KEY)
    session = connect(dialect, verify=authority_file(folder))
    session.publish("news", 1)
    started = time.monotonic()

    session.close()

    assert time.monotonic() - started < 0.5


def confirm(protocol: ServerProtocol, told: JSON) -> None:
    match told:
        case {"action": "pub", "channel": echo, "data": revision}:
            said = [("news", 0), (echo, revision), ("news", 1), ("news", 2)]
            for channel, data in said:
                text = json.dumps({"channel": channel, "data": data})
                protocol.send_text(text.encode())
        case _:
            pass
