"""Proxy: the daemon that clients talk to with `proxy="accsyn:host:port"`.

They send it, over plain HTTP, what is meant for the service: with the same path,
headers and body, and no word about where it goes. So the proxy looks at the path and
the workspace, and forwards to an upstream that it was started for.
"""

from __future__ import annotations

import asyncio
import logging
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import quote

import attrs
import msgspec

from skysyn.dialects.accsyn import refusals
from skysyn.errors import InvalidRequest, RemoteError, Unavailable
from skysyn.server.listening import Listening

from .forwarding import Forwarder

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path
    from types import TracebackType

    from .forwarding import Answer
    from .upstreams import Upstream, Upstreams

_METHODS = frozenset({"GET", "PUT", "POST", "DELETE"})
_PATIENCE = 120.0
_MAX_HEAD = 4 * 1024 * 1024
_MAX_BODY = 64 * 1024 * 1024
_log = logging.getLogger("skysyn.proxy")


@attrs.frozen
class _Asked:
    """One request, as it came."""

    method: str
    path: str
    query: str
    headers: list[tuple[str, str]]
    body: bytes

    @property
    def target(self) -> str:
        """The path and query, byte for byte."""
        return f"{self.path}?{self.query}" if self.query else self.path


class ProxyApp:
    """The proxy as an ASGI application; at most *at_once* requests are under way."""

    def __init__(
        self, upstreams: Upstreams, forwarder: Forwarder, *, at_once: int = 64
    ) -> None:
        self._upstreams = upstreams
        self._forwarder = forwarder
        self._threads = ThreadPoolExecutor(at_once, "skysyn-proxy")
        self._free = at_once

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Forward one request and its answer."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close"})
            return
        began = time.monotonic()
        status = 503
        try:
            if self._free < 1:
                raise refusals.busy()
            self._free -= 1
            try:
                status = await self._forward(scope, receive, send)
            finally:
                self._free += 1
        except RemoteError as error:
            status = refusals.status_of(error)
            await _refuse(send, status, error)
        finally:
            seconds = time.monotonic() - began
            # never the query or a header: they hold data and keys
            path = ascii(scope["path"])[:80]
            _log.info("%s %s %d %.3fs", scope["method"], path, status, seconds)

    async def _forward(self, scope: Any, receive: Any, send: Any) -> int:
        try:
            asked = await asyncio.wait_for(_read(scope, receive), _PATIENCE)
        except TimeoutError:
            msg = "the request did not come in time"
            raise InvalidRequest(msg, status=408) from None
        upstream = self._choose(asked)
        answer: Answer = await self._in_thread(
            lambda: self._forwarder.send(
                upstream, asked.method, asked.target, asked.headers, asked.body
            )
        )
        try:
            if 300 <= answer.status < 400:
                raise _redirected(upstream)
            await _relay(answer, send, self._in_thread)
        finally:
            answer.close()
        return int(answer.status)

    def _choose(self, asked: _Asked) -> Upstream:
        headers = {name.lower(): value for name, value in asked.headers}
        found = self._upstreams.choose(asked.path, asked.query, headers, asked.body)
        if found is None:
            what = "this proxy does not serve that path, or not for that workspace"
            raise refusals.denied(what)
        return found

    async def _in_thread(self, work: Callable[[], Any]) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    def close(self) -> None:
        """End the threads and connections."""
        self._threads.shutdown(wait=True)
        self._forwarder.close()


async def _read(scope: Any, receive: Any) -> _Asked:
    """Read a request, and refuse what clients do not send."""
    method, path = str(scope["method"]), scope["raw_path"].decode("latin-1")
    if method not in _METHODS:
        msg = f"no such method: {method:.20}"
        raise refusals.invalid(msg)
    if not path.startswith("/") or quote(path, safe="/%._~-") != path:
        msg = "a path is wanted, and no other address: this is no open proxy"
        raise refusals.invalid(msg)
    body = bytearray()
    more = True
    while more:
        event = await receive()
        if event["type"] == "http.disconnect":
            msg = "the client left"
            raise refusals.invalid(msg)
        body += event.get("body", b"")
        more = event.get("more_body", False)
        if len(body) > _MAX_BODY:
            msg = f"the body is larger than {_MAX_BODY} bytes"
            raise InvalidRequest(msg, status=413)
    headers = [(k.decode("latin-1"), v.decode("latin-1")) for k, v in scope["headers"]]
    query = scope["query_string"].decode("latin-1")
    return _Asked(method, path, query, headers, bytes(body))


async def _relay(
    answer: Answer, send: Any, in_thread: Callable[[Callable[[], Any]], Awaitable[Any]]
) -> None:
    """Pass an answer on, piece by piece."""
    headers = [(k.encode("latin-1"), v.encode("latin-1")) for k, v in answer.headers]
    pieces = answer.pieces()
    piece = await in_thread(lambda: next(pieces, None))
    await send(
        {"type": "http.response.start", "status": answer.status, "headers": headers}
    )
    try:
        while piece is not None:
            part = {"type": "http.response.body", "body": piece, "more_body": True}
            await asyncio.wait_for(send(part), _PATIENCE)
            piece = await in_thread(lambda: next(pieces, None))
    except RemoteError as error:
        # it is too late to say so: what is cut is passed on as cut
        raise ConnectionError(error.message) from error
    await send({"type": "http.response.body", "body": b""})


async def _refuse(send: Any, status: int, error: RemoteError) -> None:
    body = msgspec.json.encode(refusals.dump(error))
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _redirected(upstream: Upstream) -> RemoteError:
    msg = f"{upstream} points to another address, where keys are not sent"
    return Unavailable(msg, status=502)


class Proxy:
    """A proxy on *host* and *port*; as a context manager it serves from a thread."""

    def __init__(
        self,
        upstreams: Upstreams,
        host: str = "127.0.0.1",
        port: int = 0,
        *,
        ca: Path | None = None,
        timeout: float = 120.0,
        at_once: int = 64,
    ) -> None:
        app = ProxyApp(upstreams, Forwarder(ca, read=timeout), at_once=at_once)
        self._listening = Listening(app, host, port, max_head=_MAX_HEAD)

    @property
    def port(self) -> int:
        """The port that clients use."""
        return self._listening.port

    @property
    def endpoint(self) -> str:
        """The URL that the proxy listens at."""
        return self._listening.endpoint

    def wait(self) -> None:
        """Wait until the proxy stops, or Ctrl-C."""
        self._listening.wait()

    def __enter__(self) -> Self:
        self._listening.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._listening.stop()
