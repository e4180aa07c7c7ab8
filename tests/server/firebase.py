"""Firebase: a fake of its endpoints on this machine, for tests of push."""

from __future__ import annotations

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import parse_qs

import attrs
import jwt
from cryptography.hazmat.primitives import serialization

if TYPE_CHECKING:
    from types import TracebackType

    from cryptography.hazmat.primitives.asymmetric import rsa

Reply = tuple[int, dict[str, str], dict[str, Any]]
"""A status, headers and a body."""

DONE: Reply = 200, {}, {"name": "projects/p/messages/1"}


def error(status: int, code: str = "", **headers: str) -> Reply:
    """Return a refusal as HTTP v1 says it."""
    kind = "type.googleapis.com/google.firebase.fcm.v1.FcmError"
    details = [{"@type": kind, "errorCode": code}] if code else []
    body = {"error": {"code": status, "status": "SOME", "details": details}}
    return status, headers, body


@attrs.frozen
class Asked:
    """One request to the fake."""

    path: str
    authorization: str
    body: Any


class Firebase:
    """Answers with *replies*, then with success; keeps what it was asked."""

    def __init__(self, key: rsa.RSAPrivateKey) -> None:
        self.replies: list[Reply] = []
        self.asked: list[Asked] = []
        self.assertions: list[dict[str, Any]] = []
        self.tokens: list[str] = []
        self.refuses_accounts = False
        self._key = key
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = Thread(target=self._server.serve_forever, args=(0.01,))

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def account(self) -> str:
        """The file of a service account that it knows."""
        pem = self._key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        return json.dumps(
            {
                "type": "service_account",
                "project_id": "a-project",
                "private_key_id": "k1",
                "private_key": pem.decode(),
                "client_email": "push@a-project.example",
                "token_uri": f"{self.url}/token",
            }
        )

    def exchange(self, form: dict[str, list[str]]) -> Reply:
        """Return a token for a signed assertion."""
        [assertion], [grant] = form["assertion"], form["grant_type"]
        claims = jwt.decode(
            assertion,
            self._key.public_key(),
            algorithms=["RS256"],
            audience=f"{self.url}/token",
        )
        self.assertions.append({**claims, "grant": grant})
        if self.refuses_accounts:
            return 400, {}, {"error": "invalid_grant"}
        self.tokens.append(f"token-{len(self.tokens) + 1}")
        return 200, {}, {"access_token": self.tokens[-1], "expires_in": 3600}

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        fake = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                if self.path == "/token":
                    status, headers, found = fake.exchange(parse_qs(body.decode()))
                else:
                    given = self.headers["authorization"]
                    fake.asked.append(Asked(self.path, given, json.loads(body)))
                    ready = fake.replies
                    status, headers, found = ready.pop(0) if ready else DONE
                self.answer(status, headers, json.dumps(found).encode())

            def answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
                self.send_response(status)
                length = {"content-length": str(len(body))}
                for name, value in {**headers, **length}.items():
                    self.send_header(name.replace("_", "-"), value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *_: object) -> None:  # noqa: A002  # its name
                """Say nothing."""

        return Handler

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        failure: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
