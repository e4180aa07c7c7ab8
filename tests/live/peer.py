"""Peer: a listener on loopback whose side of each connection is a function."""

from __future__ import annotations

import socket
import ssl
import struct
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Callable

RESET = struct.pack("ii", 1, 0)


class Line:
    """One connection as its handler sees it."""

    def __init__(self, sock: socket.socket, stopping: threading.Event) -> None:
        self.sock = sock
        self._stopping = stopping
        self._buffer = b""

    def read(self, size: int) -> bytes:
        """Return exactly *size* bytes, or raise EOFError."""
        while len(self._buffer) < size:
            self._fill()
        found, self._buffer = self._buffer[:size], self._buffer[size:]
        return found

    def read_until(self, end: bytes) -> bytes:
        while end not in self._buffer:
            self._fill()
        size = self._buffer.index(end) + len(end)
        return self.read(size)

    def read_request(self) -> bytes:
        head = self.read_until(b"\r\n\r\n")
        size = 0
        for line in head.split(b"\r\n"):
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                size = int(value)
        return head + self.read(size)

    def receive(self) -> bytes:
        """Return what comes next."""
        if not self._buffer:
            self._fill()
        return self.take_buffer()

    def take_buffer(self) -> bytes:
        """Return what was received and not read yet."""
        found, self._buffer = self._buffer, b""
        return found

    def send(self, data: bytes) -> None:
        self.sock.sendall(data)

    def pause(self, seconds: float) -> None:
        """Wait, or end the connection if the peer is stopping."""
        if self._stopping.wait(seconds):
            raise EOFError

    def reset(self) -> None:
        """End the connection so that the other side sees a reset."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        if isinstance(self.sock, ssl.SSLSocket):
            # a TLS socket would flush and say goodbye
            socket.socket(fileno=self.sock.detach()).close()
        raise EOFError

    def _fill(self) -> None:
        data = self.sock.recv(65_536)
        if not data:
            raise EOFError
        self._buffer += data


class Peer:
    """Give each connection to *handle*, in a thread of its own."""

    def __init__(
        self,
        handle: Callable[[Line], None],
        *,
        tls: ssl.SSLContext | None = None,
        host: str = "127.0.0.1",
    ) -> None:
        self._handle = handle
        self._tls = tls
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []
        self._sockets: set[socket.socket] = set()
        self._lock = threading.Lock()
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._listener = socket.create_server((host, 0), family=family, backlog=128)
        self.port = int(self._listener.getsockname()[1])
        self.connections = 0

    def __enter__(self) -> Self:
        self._start(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        self._stopping.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        with self._lock:
            for sock in self._sockets:
                with suppress(OSError):
                    sock.shutdown(socket.SHUT_RDWR)
        for thread in list(self._threads):
            thread.join(10)
        self._listener.close()

    def _start(self, run: Callable[..., None], *args: object) -> None:
        thread = threading.Thread(target=run, args=args, daemon=True)
        thread.start()
        with self._lock:
            self._threads = [x for x in self._threads if x.is_alive()] + [thread]

    def _accept(self) -> None:
        while not self._stopping.is_set():
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            with self._lock:
                self._sockets.add(sock)
            self._start(self._serve, sock)

    def _serve(self, plain: socket.socket) -> None:
        sock = plain
        try:
            with suppress(OSError, EOFError, ValueError):
                plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                if self._tls is not None:
                    sock = self._tls.wrap_socket(plain, server_side=True)
                    with self._lock:
                        self._sockets.add(sock)
                self._handle(Line(sock, self._stopping))
        finally:
            with self._lock:
                self._sockets -= {plain, sock}
            sock.close()
            plain.close()
