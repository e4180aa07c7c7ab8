"""Framing: paths, headers and CORS, before and after an action (protocol §1)."""

from __future__ import annotations

import logging
import posixpath
import time
import uuid
from contextvars import ContextVar
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import attrs

from skysyn.transport import Response

if TYPE_CHECKING:
    from collections.abc import Callable

    from skysyn.transport import Request

_log = logging.getLogger("skysyn.server.requests")
SERVER = "Skygear Server/1.7.3"
_ECHOED = {
    "access-control-request-method": "Access-Control-Allow-Methods",
    "access-control-request-headers": "Access-Control-Allow-Headers",
}


_request_id: ContextVar[str] = ContextVar("skysyn_request_id", default="")


def request_id() -> str:
    """Return the id of the request that is answered now."""
    return _request_id.get()


def frame(request: Request, cors_host: str, answer: Callable[[], Response]) -> Response:
    """Return the response to *request*, which *answer* gives unless framing does."""
    _request_id.set(str(uuid.uuid4()))
    began = time.monotonic()
    if request.method == "OPTIONS":
        found = Response(200)
    elif (location := _elsewhere(request)) is not None:
        found = moved(request.method, location)
    else:
        found = answer()
        found = attrs.evolve(found, headers={**found.headers, "Server": SERVER})
    headers = {**found.headers, **_cors(request, cors_host)}
    # not the query, in which clients may send their keys
    path, seconds = urlsplit(request.url).path or "/", time.monotonic() - began
    said = (request.method, path, found.status, seconds, request_id())
    _log.info("%s %s %d %.3fs %s", *said)
    return attrs.evolve(found, headers=headers)


def moved(method: str, location: str) -> Response:
    """Return the response that says to ask elsewhere."""
    if method not in {"GET", "HEAD"}:
        return Response(301, {"Location": location})
    headers = {"Location": location, "Content-Type": "text/html; charset=utf-8"}
    body = f'<a href="{escape(location)}">Moved Permanently</a>.\n\n'
    return Response(301, headers, body.encode())


def _cors(request: Request, cors_host: str) -> dict[str, str]:
    headers = {
        "X-Skygear-Request-Id": request_id(),
        "Access-Control-Allow-Origin": cors_host,
        "Access-Control-Allow-Credentials": "true",
    }
    for name, value in request.headers.items():
        if name.lower() in _ECHOED and value.isprintable():
            headers[_ECHOED[name.lower()]] = value
    return headers


def _elsewhere(request: Request) -> str | None:
    """Return where a path with `//` or `..` should be asked for."""
    parts = urlsplit(request.url)
    path = parts.path or "/"
    if "//" not in path and "/." not in path:
        return None
    clean = posixpath.normpath(path.replace("//", "/"))
    clean = "/" + clean.lstrip("/")
    if path.endswith("/") and clean != "/":
        clean += "/"
    if clean == path:
        return None
    return f"{clean}?{parts.query}" if parts.query else clean
