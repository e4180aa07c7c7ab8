"""WebSockets over a pair of sockets: silence, pieces, pings and ends."""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager, suppress
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest
from websockets.frames import Frame, Opcode
from websockets.http11 import Request as Handshake
from websockets.server import ServerProtocol

from skysyn.errors import ConnectError, TimedOut
from skysyn.transport import Clock, Request, Timeout, WebSocket

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
# checkers know the face of the folder only
Call: Any = import_module("skysyn.transport.call").Call
Wire: Any = import_module("skysyn.transport.wire").Wire
ASKED = Request("GET", "http://localhost/pubsub")


class Server:
    """The other end; it answers pings unless it is *deaf*."""

    def __init__(self, sock: socket.socket, client: socket.socket) -> None:
        self.sock = sock
        self.client = client
        self.protocol = ServerProtocol()
        self.heard: list[str] = []
        self.greeting: list[str] = []
        self.is_deaf = False
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self) -> None:
        with suppress(OSError):
            while data := self.sock.recv(65_536):
                if self.is_deaf:
                    continue
                self.protocol.receive_data(data)
                for event in self.protocol.events_received():
                    if isinstance(event, Handshake):
                        self.protocol.send_response(self.protocol.accept(event))
                        for text in self.greeting:
                            self.protocol.send_text(text.encode())
                    elif isinstance(event, Frame) and event.opcode is Opcode.TEXT:
                        self.heard.append(bytes(event.data).decode())
                self.flush()

    def flush(self) -> None:
        """Send all that there is to say, at once."""
        self.sock.sendall(b"".join(self.protocol.data_to_send()))

    def say(self, *pieces: str) -> None:
        """Send a message in pieces."""
        first, *rest = pieces
        self.protocol.send_text(first.encode(), fin=not rest)
        for number, piece in enumerate(rest, 1):
            self.protocol.send_continuation(piece.encode(), fin=number == len(rest))
        self.flush()


@pytest.fixture
def server() -> Iterator[Server]:
    """The server's end of a connection."""
    ours, theirs = socket.socketpair()
    yield Server(theirs, ours)
    theirs.close()
    ours.close()


@contextmanager
def opened(server: Server, idle: float) -> Generator[WebSocket]:
    """Open the client's end, which asks for life after *idle* seconds."""
    wire = Wire(server.client, "http://localhost/pubsub", Call(Clock()))
    line = WebSocket(wire, ASKED, idle=idle)
    line.limit(Timeout(read=30))
    assert line.shake_hands(ASKED) is None
    yield line
    line.drop()


@pytest.fixture
def line(server: Server) -> Iterator[WebSocket]:
    """The client's end, which asks for life after a tenth of a second."""
    with opened(server, 0.1) as line:
        yield line


def test_a_message_in_pieces_is_one(server: Server, line: WebSocket) -> None:
    server.say("on", "e", " text")
    server.say("another")

    found = line.receive()
    while len(found) < 2:
        found += line.receive()

    assert found == ["one text", "another"]


def test_a_server_that_answers_pings_is_waited_for(server: Server) -> None:
    # long enough for a busy machine to answer before the server is given up
    with opened(server, 4) as line:
        said = threading.Timer(7, server.say, ["late"])
        said.start()

        assert line.receive() == ["late"]


def test_a_server_that_says_nothing_is_given_up(
    server: Server, line: WebSocket
) -> None:
    server.is_deaf = True
    line.limit(Timeout(read=1))

    with pytest.raises(TimedOut, match="does not answer"):
        line.receive()


def test_waiting_ends_when_another_thread_wakes(line: WebSocket) -> None:
    line.wake()
    line.wake()

    assert line.receive() == []
    assert line.receive(0.01) == []


def test_texts_that_come_with_the_handshake_are_received(server: Server) -> None:
    server.greeting = ["first", "second"]

    with opened(server, 20) as line:
        assert line.receive(5) == ["first", "second"]


def test_waiting_ends_in_time_though_pings_come(
    server: Server, line: WebSocket
) -> None:
    has_waited = threading.Event()

    def ping() -> None:
        for _ in range(200):
            server.sock.sendall(Frame(Opcode.PING, b"").serialize(mask=False))
            if has_waited.wait(0.02):
                return
        server.say("too late")

    pinging = threading.Thread(target=ping)
    pinging.start()
    found = line.receive(0.1)
    has_waited.set()
    pinging.join()

    assert found == []


def test_what_has_come_is_received_without_waiting(
    server: Server, line: WebSocket
) -> None:
    server.say("here")

    assert line.receive(0) == ["here"]
    assert line.receive(0) == []


def test_what_is_sent_has_arrived_when_the_pong_comes(
    server: Server, line: WebSocket
) -> None:
    line.send("a", "b")

    assert line.wait_for_pong() == []
    assert server.heard == ["a", "b"]


def test_no_pong_is_an_error_in_time(server: Server, line: WebSocket) -> None:
    server.is_deaf = True
    line.limit(Timeout(read=0.1))

    with pytest.raises(TimedOut):
        line.wait_for_pong()


def test_a_limit_that_has_passed_already_is_told_as_every_other(
    server: Server,
) -> None:
    now = iter(range(1000))
    wire = Wire(server.client, ASKED.url, Call(Clock(now=lambda: next(now))))
    line = WebSocket(wire, ASKED)
    line.shake_hands(ASKED)
    line.limit(Timeout(total=0.5))

    with pytest.raises(TimedOut, match="does not answer"):
        line.wait_for_pong()
    line.drop()


@pytest.mark.parametrize("is_polite", [True, False])
def test_an_end_is_noticed_after_what_came_before(
    server: Server, line: WebSocket, is_polite: bool
) -> None:
    server.say("last")
    if is_polite:
        server.protocol.send_close(1001, "going away")
        server.flush()
    server.sock.shutdown(socket.SHUT_RDWR)

    assert line.receive() == ["last"]
    with pytest.raises(ConnectError, match="has ended"):
        line.receive()
    with pytest.raises(ConnectError):
        line.send("x")
    with pytest.raises(ConnectError):
        line.wait_for_pong()
    assert not line.is_usable()


def test_a_silent_connection_is_tried_before_it_is_used(
    server: Server, line: WebSocket
) -> None:
    threading.Event().wait(0.2)
    assert line.is_usable()

    server.is_deaf = True
    threading.Event().wait(0.2)
    line.limit(Timeout(read=0.1))
    assert not line.is_usable()


def test_closing_is_polite_and_short(server: Server, line: WebSocket) -> None:
    line.close()
    server.thread.join(60)

    assert server.protocol.close_rcvd is not None
    assert server.protocol.close_rcvd.code == 1000
