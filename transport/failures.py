"""Failures: from what the libraries below raise to the errors of skysyn."""

from __future__ import annotations

import http.client
import socket
import ssl
from typing import TYPE_CHECKING

import requests
import urllib3.exceptions

from skysyn.errors import (
    BrokenAnswer,
    ConnectError,
    LimitExceeded,
    TimedOut,
    TLSError,
    TransportError,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

RAISED = (
    requests.RequestException,
    urllib3.exceptions.HTTPError,
    http.client.HTTPException,
    OSError,
    ValueError,
)

# http.client has no class of its own for it
TOO_MANY = "got more than"

# the first row that fits decides, so narrower classes stand above wider ones
TABLE: tuple[tuple[type[Exception], type[TransportError], str], ...] = (
    (ssl.SSLEOFError, ConnectError, "the server hung up"),
    (ssl.SSLZeroReturnError, ConnectError, "the server hung up"),
    (ssl.SSLError, TLSError, "TLS failed"),
    (urllib3.exceptions.SSLError, TLSError, "TLS failed"),
    (TimeoutError, TimedOut, "the time limit passed"),
    (http.client.LineTooLong, LimitExceeded, "a header line is too long"),
    (http.client.RemoteDisconnected, ConnectError, "the server hung up"),
    (http.client.IncompleteRead, BrokenAnswer, "the answer was cut short"),
    (http.client.BadStatusLine, BrokenAnswer, "the answer is not HTTP"),
    (urllib3.exceptions.DecodeError, BrokenAnswer, "the body does not decompress"),
    (urllib3.exceptions.InvalidHeader, BrokenAnswer, "the headers contradict"),
    (
        urllib3.exceptions.ClosedPoolError,
        ConnectError,
        "connections were closed meanwhile",
    ),
    (urllib3.exceptions.InvalidChunkLength, BrokenAnswer, "a chunk is broken"),
    (socket.gaierror, ConnectError, "the name is not known"),
    (OSError, ConnectError, "the connection failed"),
    (http.client.InvalidURL, TransportError, "the URL is not valid"),
    (http.client.HTTPException, BrokenAnswer, "the answer is not HTTP"),
    (ValueError, TransportError, "the request is not valid HTTP"),
    (Exception, TransportError, "no answer"),
)


def translate(exc: Exception, *, url: str, maybe_sent: bool) -> TransportError:
    """Return the error of skysyn that says what *exc* means."""
    # those of requests only repeat what they wrap, in wider classes
    wrapped = [x for x in walk(exc) if not isinstance(x, requests.RequestException)]
    causes = wrapped or [exc]
    for cause in causes:
        if isinstance(cause, TransportError):
            cause.url = url
            return cause
        if str(cause).startswith(TOO_MANY):
            text = "there are too many headers"
            return _error(LimitExceeded, text, cause, url, maybe_sent)
    error, text, cause = next(
        (error, text, cause)
        for kind, error, text in TABLE
        for cause in causes
        if isinstance(cause, kind)
    )
    return _error(error, text, cause, url, maybe_sent)


def walk(exc: BaseException) -> Iterator[BaseException]:
    """Yield *exc* and all that it wraps."""
    yield exc
    for inner in (getattr(exc, "reason", None), *exc.args, exc.__cause__):
        if isinstance(inner, BaseException):
            yield from walk(inner)


def _error(
    error: type[TransportError],
    text: str,
    cause: BaseException,
    url: str,
    maybe_sent: bool,
) -> TransportError:
    msg = f"{text} ({url}): {cause}"
    made = error(msg, url=url, maybe_sent=maybe_sent)
    made.__cause__ = cause
    return made
