"""HTTPTransport: requests over the network, one requests session underneath."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import requests
from requests.structures import CaseInsensitiveDict
from typing_extensions import override
from urllib3.exceptions import ProtocolError

from skysyn.errors import BrokenAnswer, StateError

from .base import Transport
from .call import Call
from .clock import Clock
from .engine import Line, make_session
from .failures import RAISED, translate
from .limits import Limits
from .messages import Request, Response, Timeout
from .route import OneRoute, Route, Routes, check_plaintext
from .tls import TLS
from .validity import PORTS, check_request, target_of

if TYPE_CHECKING:
    from collections.abc import Collection
    from urllib.parse import SplitResult

    from urllib3 import BaseHTTPResponse

    from .websocket import WebSocket

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

    @override
    def send(self, request: Request) -> Response:
        parts = self._check(request)
        if os.getpid() != self._process:
            self._leave_parent()
        call = self._line.call
        with call.making(target_of(parts), request.timeout or self._timeout):
            try:
                return self._exchange(request)
            except RAISED as exc:
                error = translate(exc, url=request.safe_url, maybe_sent=call.is_sent)
                # not from *exc*, which may itself wrap the error
                raise error from error.__cause__

    @override
    def open_websocket(self, request: Request) -> WebSocket | Response:
        parts = self._check(request)
        try:
            from .upgrade import open_websocket  # noqa: PLC0415  # an extra
        except ModuleNotFoundError as error:
            msg = "WebSockets need an extra: pip install 'skysyn[pubsub]'"
            raise StateError(msg) from error
        self._line.call.start(target_of(parts), request.timeout or self._timeout)
        return open_websocket(self._line, parts, request)

    @override
    def close(self) -> None:
        """Close the idle connections; a later call opens new ones."""
        self._session.close()

    @override
    def explain_route(self, url: str) -> Route:
        return self._route(check_request(Request("GET", url)))

    def _exchange(self, request: Request) -> Response:
        adapter = self._session.get_adapter(request.url)
        answer = adapter.send(_prepare(request), stream=True, timeout=None)
        raw: BaseHTTPResponse = answer.raw
        try:
            _check_final(raw.status)
            self._limits.check_headers(raw.headers)
            body = _read(raw, self._limits)
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

    def _route(self, parts: SplitResult) -> Route:
        port = parts.port or PORTS[parts.scheme]
        return self._line.routes.choose(parts.scheme, str(parts.hostname), port)

    def _check(self, request: Request) -> SplitResult:
        parts = check_request(request)
        route = self._route(parts)
        host = str(parts.hostname)
        check_plaintext(parts.scheme, host, route, self._plaintext_hosts)
        return parts

    def _leave_parent(self) -> None:
        """Stop using connections that a parent process is using too."""
        # kept, because closing could wait for a lock that the fork left locked
        self._inherited.append(self._session)
        self._session = make_session(self._line, self._pool_size)
        self._process = os.getpid()


def _read(raw: BaseHTTPResponse, limits: Limits) -> bytes:
    try:
        return limits.read(raw)
    except ProtocolError as exc:
        msg = f"the answer was cut short: {exc}"
        raise BrokenAnswer(msg) from exc


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
