"""WSGI: the server inside any other of Python's, and a transport without any."""

from __future__ import annotations

import io
import sys
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote_to_bytes, urlsplit

import attrs
from werkzeug import Request as WSGIRequest
from werkzeug.exceptions import RequestEntityTooLarge

from skysyn.dialects.skygear.endpoint import SkygearEndpoint
from skysyn.dialects.skygear.refusals import refuse
from skysyn.models import Call
from skysyn.transport import Request, Response, Transport

from .framing import frame
from .server import Server
from .spool import Spool, Spooled

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIEnvironment

    from .app import App
    from .gateway import Part, Sent

HUBS = ("/pubsub", "/_/pubsub")
FILES = "/files/"
_PORTS = {"http": 80, "https": 443}
_BARE = {"CONTENT_TYPE", "CONTENT_LENGTH"}
_IN_QUERY = "%!$&'()*+,;=:@/?-._~"
_KEY = "X-Skygear-API-Key"
_PLAIN = "text/plain; charset=utf-8"


class WSGIApp:
    """A server as a WSGI application, with others *beside* it for their paths."""

    def __init__(self, server: Server | App, *beside: App) -> None:
        main = _Skygear(server) if isinstance(server, Server) else _Other(server)
        self._main: _Skygear | _Other = main
        self._beside = beside

    def __call__(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        """Answer one request."""
        with WSGIRequest(environ) as received:
            response, part = self.answer(received)
        length = {} if part else {"Content-Length": str(len(response.body))}
        start_response(
            _status(response.status), list({**response.headers, **length}.items())
        )
        if environ["REQUEST_METHOD"] == "HEAD":
            if part is not None:
                part.close()
            return [b""]
        return [response.body] if part is None else part.read()

    def answer(self, received: WSGIRequest) -> Sent:
        """Return the response to a request, and the file it goes with."""
        try:
            return self._for(received.path).answer(received)
        except RequestEntityTooLarge:
            return Response(413, {"Connection": "close"}), None

    def _for(self, path: str) -> _Skygear | _Other:
        beside = (_Other(app) for app in self._beside if app.serves(path))
        return next(beside, self._main)


class _Other:
    """What answers for a service that has neither files nor hubs."""

    def __init__(self, app: App) -> None:
        self._app = app

    def answer(self, received: WSGIRequest) -> Sent:
        """Return the response to a request."""
        received.max_content_length = self._app.max_body
        request = _request(received, received.get_data())
        return self._app.answer(request, received.remote_addr or ""), None


class _Skygear:
    """What answers for a `Server`, which has both."""

    def __init__(self, server: Server) -> None:
        self._server = server

    def answer(self, received: WSGIRequest) -> Sent:
        """Return the response to a request, and the file it goes with."""
        is_file = received.path.startswith(FILES)
        settings = self._server.settings
        received.max_content_length = (
            settings.max_file if is_file else settings.max_body
        )
        if is_file:
            return self._file(received)
        response = self._action(received)
        return response, response.content if isinstance(response, Spooled) else None

    def _action(self, received: WSGIRequest) -> Response:
        if received.path in HUBS and not self._server.settings.slave:
            return self._hub(received)
        return self._server.open(_request(received, received.get_data()))

    def _hub(self, received: WSGIRequest) -> Response:
        """Say that a hub is for WebSockets only."""
        request = _request(received, b"")
        cors = self._server.settings.cors_host
        if request.method != "GET":
            return frame(request, cors, _unrouted)
        if "api_key" in received.args and not received.headers.get(_KEY):
            headers = {**request.headers, _KEY: received.args["api_key"]}
            request = attrs.evolve(request, headers=headers)
        refusal = self._server.check_key(request)
        plain = Response(400, {"Content-Type": _PLAIN}, b"Bad Request\n")
        return refusal or frame(request, cors, lambda: plain)

    def _file(self, received: WSGIRequest) -> Sent:
        part: Part | Spool | None = None

        def answer() -> Response:
            nonlocal part
            path = received.path.removeprefix(FILES)
            response, part = self._server.files.answer(received, path)
            return response

        cors = self._server.settings.cors_host
        return frame(_request(received, b""), cors, answer), part


def _status(number: int) -> str:
    try:
        return f"{number} {HTTPStatus(number).phrase}"
    except ValueError:  # cloud code may answer by one that has no name
        return f"{number} Unknown"


def _unrouted() -> Response:
    return SkygearEndpoint().render(Call(""), refuse(117, "route unmatched"))


def _request(received: WSGIRequest, body: bytes) -> Request:
    query = received.query_string.decode("ascii", "replace")
    # not received.path, which has lost doubled slashes
    path = quote(received.environ.get("PATH_INFO", "").encode("latin-1"))
    url = f"http://{received.host or 'localhost'}{path}"
    url = f"{url}?{query}" if query else url
    return Request(received.method, url, dict(received.headers.items()), body)


def _environ(request: Request) -> WSGIEnvironment:
    """Return what PEP 3333 makes of a request."""
    parts = urlsplit(request.url)
    environ: WSGIEnvironment = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(parts.path or "/").decode("latin-1"),
        "QUERY_STRING": quote(parts.query, safe=_IN_QUERY),
        "SERVER_NAME": parts.hostname or "localhost",
        "SERVER_PORT": str(parts.port or _PORTS[parts.scheme]),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": parts.netloc,
        "CONTENT_LENGTH": str(len(request.body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": parts.scheme,
        "wsgi.input": io.BytesIO(request.body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in request.headers.items():
        key = name.upper().replace("-", "_")
        environ[key if key in _BARE else f"HTTP_{key}"] = value
    return environ


class WSGITransport(Transport):
    """Carries requests to a server in this process, without sockets."""

    def __init__(self, server: Server | App, *beside: App) -> None:
        self._app = WSGIApp(server, *beside)

    def send(self, request: Request) -> Response:
        """Return the answer of the server."""
        with WSGIRequest(_environ(request)) as received:
            response, part = self._app.answer(received)
        body = response.body if part is None else b"".join(part.read())
        return Response(response.status, response.headers, body)
