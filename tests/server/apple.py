"""Apple: a fake of APNs on this machine, which speaks HTTP/2 over TLS alone."""

from __future__ import annotations

import json
import socket
import ssl
from contextlib import suppress
from threading import Thread
from typing import TYPE_CHECKING, Any, Self

import attrs
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import DataReceived, Event, RequestReceived, StreamEnded

if TYPE_CHECKING:
    from types import TracebackType

    import trustme

Reply = tuple[int, dict[str, Any]]
"""A status and a body."""


@attrs.define
class Asked:
    """One request to the fake; *client* is whose certificate was shown."""

    headers: dict[str, str]
    client: str = ""
    body: bytes = b""

    @property
    def payload(self) -> Any:
        """What is to be shown."""
        return json.loads(self.body)


class Apple:
    """Answers with *replies*, then with success; keeps what it was asked."""

    def __init__(self, authority: trustme.CA) -> None:
        self.replies: list[Reply] = []
        self.asked: list[Asked] = []
        # its types are only half there
        self.authority: Any = authority
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.set_alpn_protocols(["h2"])
        self._context.verify_mode = ssl.CERT_OPTIONAL
        self.authority.issue_cert("127.0.0.1").configure_cert(self._context)
        self.authority.configure_trust(self._context)
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._thread = Thread(target=self._accept, daemon=True)

    @property
    def url(self) -> str:
        """Where it is."""
        return f"https://127.0.0.1:{self._socket.getsockname()[1]}"

    @property
    def trust(self) -> ssl.SSLContext:
        """What believes its certificate."""
        context = ssl.create_default_context()
        self.authority.configure_trust(context)
        return context

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                raw, _ = self._socket.accept()
                Thread(target=self._serve, args=(raw,), daemon=True).start()

    def _serve(self, raw: socket.socket) -> None:
        with suppress(OSError), self._context.wrap_socket(raw, True) as secured:
            connection = H2Connection(H2Configuration(client_side=False))
            connection.initiate_connection()
            secured.sendall(connection.data_to_send())
            open_: dict[int, Asked] = {}
            while received := secured.recv(65536):
                for event in connection.receive_data(received):
                    self._take(connection, event, open_, _client(secured))
                secured.sendall(connection.data_to_send())

    def _take(
        self,
        connection: H2Connection,
        event: Event,
        open_: dict[int, Asked],
        client: str,
    ) -> None:
        match event:
            case RequestReceived(headers=headers, stream_id=stream) if stream:
                found = {_text(name): _text(value) for name, value in headers or ()}
                open_[stream] = Asked(found, client)
            case DataReceived(data=data, stream_id=stream) if stream:
                open_[stream].body += data or b""
            case StreamEnded(stream_id=stream) if stream:
                self.asked.append(open_.pop(stream))
                status, body = self.replies.pop(0) if self.replies else (200, {})
                connection.send_headers(stream, [(":status", str(status))])
                text = json.dumps(body).encode() if body else b""
                connection.send_data(stream, text, end_stream=True)
            case _:
                pass

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        failure: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join()


def _text(value: bytes | str) -> str:
    return value.decode() if isinstance(value, bytes) else value


def _client(secured: ssl.SSLSocket) -> str:
    """Return the first name in the client's certificate, if it showed one."""
    found: Any = secured.getpeercert()
    names = found.get("subjectAltName", ()) if found else ()
    return names[0][1] if names else ""
