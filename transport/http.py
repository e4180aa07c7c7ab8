"""HTTPTransport: requests over the network, one requests session underneath."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

import requests
from requests.structures import CaseInsensitiveDict

from skysyn.errors import BrokenAnswer, TransportError

from .base import Transport
from .call import Call
from .clock import Clock
from .engine import PORTS, Line, make_session
from .failures import RAISED, translate
from .limits import Limits
from .messages import Response, Timeout
from .route import OneRoute, Route, Routes, check_plaintext
from .tls import TLS

if TYPE_CHECKING:
    from collections.abc import Collection

    from urllib3 import BaseHTTPResponse

    from .messages import Request

TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")
TARGET = re.compile(r"[\x21-\x7e]*")
# these describe the body as it travelled, not the one that is returned
DECODED = frozenset({"content-encoding", "content-length", "transfer-encoding"})


class HTTPTransport(Transport):
    """Send requests over HTTP, directly or through a proxy.

    It pools connections, and threads and forked processes may share it. It follows no
    redirect, keeps no cookie, reads no environment, and always verifies TLS.
    """

    def __init__(
        self,
        *,
        timeout: Timeout | None = None,
        routes: Routes | None = None,
        tls: TLS | None = None,
        limits: Limits | None = None,
        allow_plaintext: str | Collection[str] = (),
        pool_size: int = 64,
        clock: Clock | None = None,
    ) -> None:
        call = Call(clock or Clock())
        hosts = (
            [allow_plaintext] if isinstance(allow_plaintext, str) else allow_plaintext
        )
        self._timeout = timeout or Timeout()
        self._limits = limits or Limits()
        self._plaintext_hosts = frozenset(hosts)
        self._line = Line(call, routes or OneRoute(), (tls or TLS()).context(call))
        self._pool_size = pool_size
        self._session = make_session(self._line, pool_size)
        self._process = os.getpid()
        self._inherited: list[requests.Session] = []

    def send(self, request: Request) -> Response:
        """Return the answer to *request*, whatever its status."""
        parts = self._check(request)
        if os.getpid() != self._process:
            self._leave_parent()
        call = self._line.call
        path = parts.path or "/"
        target = f"{path}?{parts.query}" if parts.query else path
        call.start(target, request.timeout or self._timeout)
        try:
            return self._exchange(request)
        except RAISED as exc:
            url, maybe_sent = request.safe_url, call.is_sent
            raise translate(exc, url=url, maybe_sent=maybe_sent) from exc

    def close(self) -> None:
        """Close the idle connections; a later call opens new ones."""
        self._session.close()

    def explain_route(self, url: str) -> Route:
        """Return the way that requests to *url* take, and what decided it."""
        parts = urlsplit(url)
        port = parts.port or PORTS[parts.scheme]
        return self._line.routes.choose(parts.scheme, str(parts.hostname), port)

    def _exchange(self, request: Request) -> Response:
        adapter = self._session.get_adapter(request.url)
        answer = adapter.send(_prepare(request), stream=True, timeout=None)
        raw: BaseHTTPResponse = answer.raw
        try:
            _check_final(raw.status)
            self._limits.check_headers(raw.headers)
            body = self._limits.read(raw)
        except BaseException:
            raw.close()
            raise
        return self._respond(raw, body)

    def _respond(self, raw: BaseHTTPResponse, body: bytes) -> Response:
        headers = dict(raw.headers)
        if "content-encoding" in raw.headers:
            headers = {k: v for k, v in headers.items() if k.lower() not in DECODED}
        if "json" in raw.headers.get("content-type", "json"):
            self._limits.check_depth(body)
        return Response(raw.status, headers, body)

    def _check(self, request: Request) -> SplitResult:
        """Refuse what must not be sent, without repeating secrets."""
        parts = urlsplit(request.url)
        if parts.scheme not in PORTS or not parts.hostname:
            raise _invalid(request, "the URL does not start with http(s)://host")
        if parts.username is not None or parts.password is not None:
            raise _invalid(request, "credentials stand in the URL: use a header")
        if not (TARGET.fullmatch(request.url) and TOKEN.fullmatch(request.method)):
            raise _invalid(request, "URL and method are ASCII without spaces")
        for name, value in request.headers.items():
            if not (TOKEN.fullmatch(name) and VALUE.fullmatch(value)):
                raise _invalid(request, f"the header {name!r} has unsafe characters")
        route = self.explain_route(request.url)
        check_plaintext(parts.scheme, parts.hostname, route, self._plaintext_hosts)
        return parts

    def _leave_parent(self) -> None:
        """Stop using connections that a parent process is using too."""
        # kept, because closing could wait for a lock that the fork left locked
        self._inherited.append(self._session)
        self._session = make_session(self._line, self._pool_size)
        self._process = os.getpid()


def _check_final(status: int) -> None:
    # what follows an interim answer would be taken for the answer to the next call
    if status < 200:
        msg = f"an interim answer ({status}) came in place of the final one"
        raise BrokenAnswer(msg)


def _prepare(request: Request) -> requests.PreparedRequest:
    headers = CaseInsensitiveDict(request.headers)
    headers.setdefault("Accept-Encoding", "gzip, deflate")
    headers.setdefault("User-Agent", "skysyn")
    if request.body or request.method not in {"GET", "HEAD", "DELETE", "OPTIONS"}:
        headers["Content-Length"] = str(len(request.body))
    prepared = requests.PreparedRequest()
    prepared.method = request.method
    prepared.url = request.url
    prepared.headers = headers
    prepared.body = request.body or None
    return prepared


def _invalid(request: Request, why: str) -> TransportError:
    msg = f"cannot send {request.method} {request.safe_url}: {why}"
    return TransportError(msg, url=request.safe_url, maybe_sent=False)
