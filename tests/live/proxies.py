"""Well-behaved proxies of every kind, which keep what passes through them."""

from __future__ import annotations

import base64
import select
import socket
import ssl
import struct
from contextlib import suppress
from typing import TYPE_CHECKING

import attrs

from .peer import RESET, Line, Peer

if TYPE_CHECKING:
    from collections.abc import Sequence

NAMES = {"server.test": "127.0.0.1"}


@attrs.define(eq=False)
class Hop:
    """A proxy's handler: what it does, and what it saw."""

    kind: str
    login: tuple[str, str] | None = None
    upstream: tuple[str, int] | None = None
    tls: ssl.SSLContext | None = None
    seen: bytearray = attrs.field(factory=bytearray)
    targets: list[tuple[str, int]] = attrs.field(factory=list[tuple[str, int]])

    def __call__(self, line: Line) -> None:
        try:
            if self.kind == "http":
                out = self._http(line)
            elif self.kind == "accsyn":
                out = self._accsyn()
            elif line.read(1) == b"\x05":
                out = self._socks5(line)
            else:
                out = self._socks4(line)
        except OSError as exc:
            self._refuse(line, exc)
            return
        with out:
            self._relay(line, out)

    def _http(self, line: Line) -> socket.socket:
        head = line.read_until(b"\r\n\r\n").decode()
        if self.login is not None:
            word = base64.b64encode(":".join(self.login).encode()).decode()
            if f"Proxy-Authorization: Basic {word}\r\n" not in head:
                line.send(b"HTTP/1.1 407 Login\r\nContent-Length: 0\r\n\r\n")
                raise EOFError
        host, _, port = head.split(" ")[1].rpartition(":")
        out = self._open(host.strip("[]"), int(port))
        line.send(b"HTTP/1.1 200 Connection established\r\nVia: hop\r\n\r\n")
        return out

    def _accsyn(self) -> socket.socket:
        host, port = self.upstream or ("127.0.0.1", 1)
        out = self._open(host, port)
        if self.tls is None:
            return out
        out.settimeout(2)
        return self.tls.wrap_socket(out, server_hostname=host)

    def _socks5(self, line: Line) -> socket.socket:
        methods = line.read(line.read(1)[0])
        if self.login is None:
            line.send(b"\x05\x00")
        elif 2 not in methods:
            line.send(b"\x05\xff")
            raise EOFError
        else:
            line.send(b"\x05\x02")
            line.read(1)
            login = tuple(line.read(line.read(1)[0]).decode() for _ in range(2))
            line.send(b"\x01\x00" if login == self.login else b"\x01\x01")
            if login != self.login:
                raise EOFError
        _, _, _, kind = line.read(4)
        if kind == 3:
            host = line.read(line.read(1)[0]).decode()
        else:
            family, size = (socket.AF_INET, 4) if kind == 1 else (socket.AF_INET6, 16)
            host = socket.inet_ntop(family, line.read(size))
        (port,) = struct.unpack(">H", line.read(2))
        out = self._open(host, port)
        line.send(b"\x05\x00\x00\x01\x7f\x00\x00\x01\x00\x50")
        return out

    def _socks4(self, line: Line) -> socket.socket:
        _, port, address = struct.unpack(">BH4s", line.read(7))
        user = line.read_until(b"\0")[:-1].decode()
        host = socket.inet_ntoa(address)
        if host.startswith("0.0.0."):
            host = line.read_until(b"\0")[:-1].decode()
        if self.login is not None and user != self.login[0]:
            line.send(b"\x00\x5d" + bytes(6))
            raise EOFError
        out = self._open(host, port)
        line.send(b"\x00\x5a" + bytes(6))
        return out

    def _open(self, host: str, port: int) -> socket.socket:
        self.targets.append((host, port))
        out = socket.create_connection((NAMES.get(host, host), port), 10)
        out.settimeout(None)
        out.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return out

    def _refuse(self, line: Line, exc: OSError) -> None:
        failed = (
            b"HTTP/1.1 502 Failed\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
        )
        if self.kind == "accsyn":
            line.read_request()
        answers = {"http": failed, "accsyn": failed}
        socks = b"\x00\x5b" if self.kind.startswith("socks4") else b"\x05\x05\x00\x01"
        line.send(answers.get(self.kind, socks + bytes(6)))

    def _relay(self, line: Line, out: socket.socket) -> None:
        waiting = line.take_buffer()
        self.seen += waiting
        out.sendall(waiting)
        other = {line.sock: out, out: line.sock}
        try:
            while all(self._pass_on(x, other[x]) for x in _readable(list(other))):
                pass
        except OSError:
            # a reset on one side is a reset on the other, which drops what is on its
            # way there: let the answer of the handshake arrive first
            line.pause(0.02)
            for sock in other:
                with suppress(OSError):
                    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)

    def _pass_on(self, source: socket.socket, sink: socket.socket) -> bool:
        source.settimeout(0.05)
        try:
            data = source.recv(65_536)
        except TimeoutError:
            # what was readable was a TLS message without data
            return True
        self.seen += data
        sink.settimeout(5)
        sink.sendall(data)
        return bool(data)


def _readable(sockets: Sequence[socket.socket]) -> Sequence[socket.socket]:
    ready = [x for x in sockets if isinstance(x, ssl.SSLSocket) and x.pending()]
    return ready or select.select(sockets, [], [], 30)[0]


def proxy_peer(hop: Hop, host: str = "127.0.0.1") -> Peer:
    return Peer(hop, host=host)
