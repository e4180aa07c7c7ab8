"""LogTransport: what travels, said to the standard library's logging."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING

from typing_extensions import override

from skysyn.errors import TransportError

from .clock import Clock
from .messages import Response
from .redaction import redact_headers
from .wrapping import WrappingTransport

if TYPE_CHECKING:
    from os import PathLike

    from .base import Transport
    from .messages import Request
    from .websocket import WebSocket

NAME = "skysyn.transport"
FORMAT = "%(asctime)s %(levelname)s %(message)s"


class LogTransport(WrappingTransport):
    """Log each call at level DEBUG, with its parts in the record's attributes.

    `http_method`, `http_url`, `http_status`, `http_request_headers`,
    `http_response_headers`, `sent_bytes`, `received_bytes`, `elapsed_ms` and `error`.
    No query, body or header that could hold a secret is among them.
    """

    def __init__(
        self,
        inner: Transport,
        logger: logging.Logger | None = None,
        clock: Clock | None = None,
    ) -> None:
        super().__init__(inner)
        self._logger = logger or logging.getLogger(NAME)
        self._clock = clock or Clock()

    @override
    def send(self, request: Request) -> Response:
        if not self._logger.isEnabledFor(logging.DEBUG):
            return self.inner.send(request)
        started = self._clock.now()
        try:
            response = self.inner.send(request)
        except TransportError as exc:
            self._log(request, started, error=type(exc).__name__)
            raise
        self._log(request, started, response=response)
        return response

    @override
    def open_websocket(self, request: Request) -> WebSocket | Response:
        started = self._clock.now()
        try:
            found = self.inner.open_websocket(request)
        except TransportError as exc:
            self._log(request, started, error=type(exc).__name__)
            raise
        opened = found if isinstance(found, Response) else Response(101)
        self._log(request, started, response=opened)
        return found

    @override
    def close(self) -> None:
        self.inner.close()
        if isinstance(self._logger, SessionLogger):
            for handler in self._logger.handlers:
                handler.close()

    def _log(
        self,
        request: Request,
        started: float,
        *,
        response: Response | None = None,
        error: str | None = None,
    ) -> None:
        elapsed = round((self._clock.now() - started) * 1000, 3)
        headers = {} if response is None else redact_headers(response.headers)
        fields = {
            "http_method": request.method,
            "http_url": request.safe_url,
            "http_status": None if response is None else response.status,
            "http_request_headers": redact_headers(request.headers),
            "http_response_headers": headers,
            "sent_bytes": len(request.body),
            "received_bytes": 0 if response is None else len(response.body),
            "elapsed_ms": elapsed,
            "error": error,
        }
        outcome = error if response is None else response.status
        text = "%s %s: %s in %s ms"
        values = (request.method, request.safe_url, outcome, elapsed)
        self._logger.debug(text, *values, extra=fields)


class SessionLogger(logging.Logger):
    """The logger of one session, which no other session writes to."""


def session_logger(path_logfile: str | PathLike[str] | None = None) -> SessionLogger:
    """Return a logger that writes to stdout, or to *path_logfile*.

    What it logs also reaches the handlers of the logger `skysyn.transport`.
    """
    handler: logging.Handler = logging.StreamHandler(sys.stdout)
    if path_logfile is not None:
        handler = logging.FileHandler(path_logfile, encoding="utf-8", delay=True)
    handler.setFormatter(logging.Formatter(FORMAT))
    logger = SessionLogger(NAME, logging.DEBUG)
    logger.parent = logging.getLogger(NAME)
    logger.addHandler(handler)
    return logger
