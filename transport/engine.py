"""Engine: requests and urllib3, made to dial by routes and to keep to calls."""

from __future__ import annotations

import http.client
import threading
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from typing_extensions import override
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ClosedPoolError

from .dial import dial
from .validity import PORTS

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Mapping

    from urllib3 import BaseHTTPResponse, HTTPResponse

    from .call import Call
    from .route import Routes
    from .sockets import CallContext

POOLS = 64
# how often others may close the pool that a call is about to use
POOL_TRIES = 5


def _nothing() -> None:
    """Do nothing."""


class Line:
    """What the connections of one transport share."""

    def __init__(self, call: Call, routes: Routes, context: CallContext) -> None:
        self.call = call
        self.routes = routes
        self.context = context


class LineConnection(HTTPConnection):
    """A connection that dials by its route and reports what it sends."""

    scheme = "http"

    def __init__(self, *args: Any, line: Line, **options: Any) -> None:
        super().__init__(*args, **options)
        self._line = line
        self._close_answer: Callable[[], None] = _nothing

    @override
    def connect(self) -> None:
        self._line.call.enter_connect()
        super().connect()
        self._line.call.enter_exchange()

    @override
    def _new_conn(self) -> socket.socket:
        route = self._line.routes.choose(self.scheme, self._dns_host, self.port)
        return dial(route, self._dns_host, self.port, self._line.call)

    @override
    def request(self, method: str, url: str, *args: Any, **options: Any) -> None:
        # urllib3 logs and raises with *url*, so it is told only the path of it
        super().request(method, self._line.call.target or url, *args, **options)

    @override
    def send(self, data: Any) -> None:
        if self.sock is None:
            self.connect()
        self._line.call.is_sent = True
        super().send(data)

    @override
    def getresponse(self) -> HTTPResponse:  # type: ignore[override]  # as in urllib3
        try:
            return super().getresponse()
        except BaseException:
            # urllib3 forgets it if it dislikes the headers, and the socket with it
            self._close_answer()
            raise

    def response_class(  # type: ignore[override]  # http.client only calls it
        self, sock: socket.socket, *, method: str | None
    ) -> http.client.HTTPResponse:
        """Make the answer of http.client, and remember how to close it."""
        answer = http.client.HTTPResponse(sock, method=method)
        self._close_answer = answer.close
        return answer


class LineTLSConnection(LineConnection, HTTPSConnection):  # pyright: ignore[reportIncompatibleVariableOverride]  # response_class is only called
    """The same with TLS from here to the server."""

    scheme = "https"


class LinePool(HTTPConnectionPool):
    """A pool of plain connections."""

    ConnectionCls = LineConnection  # pyright: ignore[reportAssignmentType]  # Final attributes of urllib3


class LineTLSPool(HTTPSConnectionPool):
    """A pool of TLS connections."""

    ConnectionCls = LineTLSConnection  # pyright: ignore[reportAssignmentType]  # Final attributes of urllib3


class LineAdapter(HTTPAdapter):
    """The adapter of requests over the pools of one line."""

    def __init__(self, line: Line, pool_size: int) -> None:
        self._line = line
        self._pools: dict[tuple[str, str, int], HTTPConnectionPool] = {}
        self._pool_size = pool_size
        self._lock = threading.Lock()
        super().__init__()

    @override
    def send(
        self, request: requests.PreparedRequest, *args: Any, **options: Any
    ) -> requests.Response:
        """Send *request*, from another pool if others close the one it got."""
        for _ in range(POOL_TRIES - 1):
            try:
                return super().send(request, *args, **options)
            except requests.ConnectionError as error:
                # a pool that is closed gives no connection, so nothing was sent
                if not isinstance(error.args[0], ClosedPoolError):
                    raise
        return super().send(request, *args, **options)

    @override
    def get_connection_with_tls_context(
        self,
        request: requests.PreparedRequest,
        verify: Any,
        proxies: Mapping[str, str] | None = None,
        cert: Any = None,
    ) -> HTTPConnectionPool:
        parts = urlsplit(request.url or "")
        scheme, host = str(parts.scheme), str(parts.hostname)
        key = (scheme, host, parts.port or PORTS[scheme])
        with self._lock:
            if key not in self._pools:
                if len(self._pools) >= POOLS:
                    self._pools.pop(next(iter(self._pools))).close()
                self._pools[key] = self._make_pool(*key)
            return self._pools[key]

    @override
    def cert_verify(self, conn: Any, url: Any, verify: Any, cert: Any) -> None:
        """Leave it to the context of the line, which always verifies."""

    @override
    def request_url(self, request: requests.PreparedRequest, proxies: Any) -> str:
        return urlsplit(request.url or "").path or "/"

    @override
    def build_response(
        self, req: requests.PreparedRequest, resp: BaseHTTPResponse
    ) -> requests.Response:
        """Wrap *resp* as it is: no cookies are kept, nothing is guessed."""
        answer = requests.Response()
        answer.status_code = resp.status
        answer.raw = resp
        answer.request = req
        return answer

    @override
    def close(self) -> None:
        with self._lock:
            pools = list(self._pools.values())
            self._pools.clear()
        for pool in pools:
            pool.close()

    def _make_pool(self, scheme: str, host: str, port: int) -> HTTPConnectionPool:
        if scheme == "http":
            return LinePool(host, port, maxsize=self._pool_size, line=self._line)
        return LineTLSPool(
            host,
            port,
            maxsize=self._pool_size,
            ssl_context=self._line.context,
            line=self._line,
        )


def make_session(line: Line, pool_size: int) -> requests.Session:
    """Make a requests session whose only adapters are ours."""
    session = requests.Session()
    session.trust_env = False
    session.adapters.clear()
    adapter = LineAdapter(line, pool_size)
    session.mount("http://", adapter)
    session.mount("https://", adapter)
    return session
