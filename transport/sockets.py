"""Sockets whose every wait is bounded by the call that uses them."""

from __future__ import annotations

import socket
import ssl
from typing import TYPE_CHECKING

from typing_extensions import override

if TYPE_CHECKING:
    from typing_extensions import Buffer

    from .call import Call

PIECE = 262_144


class CallSocket(socket.socket):
    """A TCP socket that asks its call how long it may wait."""

    call: Call

    def __init__(
        self,
        call: Call,
        family: int,
        kind: int = socket.SOCK_STREAM,
        proto: int = 0,
        *,
        fileno: int | None = None,
    ) -> None:
        super().__init__(family, kind, proto, fileno)
        self.call = call

    @override
    def recv(self, bufsize: int, flags: int = 0, /) -> bytes:
        self.settimeout(self.call.next_wait())
        return super().recv(bufsize, flags)

    @override
    def recv_into(self, buffer: Buffer, nbytes: int = 0, flags: int = 0) -> int:
        self.settimeout(self.call.next_wait())
        return super().recv_into(buffer, nbytes, flags)

    @override
    def sendall(self, data: Buffer, flags: int = 0, /) -> None:
        view = memoryview(data)
        for start in range(0, len(view), PIECE):
            self.settimeout(self.call.next_wait())
            super().sendall(view[start : start + PIECE], flags)


class CallTLSSocket(ssl.SSLSocket):
    """A TLS socket that asks its call how long it may wait."""

    @override
    def do_handshake(self, block: bool = False) -> None:
        self.settimeout(_call_of(self).next_wait())
        super().do_handshake(block)

    @override
    def recv(self, buflen: int = 1024, flags: int = 0) -> bytes:
        # it does not block where the standard library looks what came before TLS
        if self.getblocking():
            self.settimeout(_call_of(self).next_wait())
        try:
            return super().recv(buflen, flags)
        except OSError:
            # a reset before the handshake: the standard library forgets the socket
            self.close()
            raise

    @override
    def recv_into(
        self, buffer: Buffer, nbytes: int | None = None, flags: int = 0
    ) -> int:
        self.settimeout(_call_of(self).next_wait())
        return super().recv_into(buffer, nbytes, flags)

    @override
    def send(self, data: Buffer, flags: int = 0) -> int:
        self.settimeout(_call_of(self).next_wait())
        return super().send(data, flags)

    @override
    def sendall(self, data: Buffer, flags: int = 0) -> None:
        view = memoryview(data)
        for start in range(0, len(view), PIECE):
            super().sendall(view[start : start + PIECE], flags)


class CallContext(ssl.SSLContext):
    """A TLS context whose sockets are bounded by *call*."""

    sslsocket_class = CallTLSSocket
    call: Call


def _call_of(sock: ssl.SSLSocket) -> Call:
    """Return the call of *sock*'s context, which `CallContext` made."""
    call: Call = vars(sock.context)["call"]
    return call
