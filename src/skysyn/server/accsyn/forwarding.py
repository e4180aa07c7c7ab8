"""Forwarding: requests on to an upstream over verified TLS, answers back in pieces."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

import attrs
import urllib3
from requests.utils import DEFAULT_CA_BUNDLE_PATH
from urllib3.exceptions import HTTPError, NewConnectionError, SSLError
from urllib3.exceptions import TimeoutError as TimeoutHTTPError
from urllib3.util import SKIP_HEADER

from skysyn.errors import TLSError, Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from .upstreams import Upstream

_PIECE = 64 * 1024
# what is between two neighbours, and not for the next one
_BETWEEN = frozenset(
    {
        "connection",
        "content-length",
        "expect",
        "host",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)


@attrs.frozen
class Answer:
    """What an upstream answers: read the *pieces* to the end, or *close* it."""

    status: int
    headers: list[tuple[str, str]]
    _response: urllib3.BaseHTTPResponse

    def pieces(self) -> Iterator[bytes]:
        """Yield the body as it comes, compressed if it is.

        Raises:
            Unavailable: it ends too early.
        """
        try:
            yield from self._response.stream(_PIECE, decode_content=False)
        except HTTPError as error:
            msg = f"the answer was cut: {_reason(error)}"
            raise Unavailable(msg, status=502) from None
        self._response.release_conn()

    def close(self) -> None:
        """Give up what is left of it."""
        self._response.close()


class Forwarder:
    """Connections to upstreams: *ca* is a PEM file of authorities to trust."""

    def __init__(
        self, ca: Path | None = None, *, connect: float = 10.0, read: float = 120.0
    ) -> None:
        self._timeout = urllib3.Timeout(connect=connect, read=read)
        self._pools = urllib3.PoolManager(
            num_pools=20,
            maxsize=32,
            retries=False,
            ssl_context=_context(ca),
        )

    def send(
        self,
        upstream: Upstream,
        method: str,
        target: str,
        headers: list[tuple[str, str]],
        body: bytes,
    ) -> Answer:
        """Forward a request and return the answer, whose body is still to come.

        It is sent once: whether to ask again is for who asks to decide.

        Raises:
            Unavailable: there is no answer.
        """
        try:
            response = self._pools.urlopen(
                method,
                f"{upstream}{target}",
                headers=_headers(upstream, headers),
                body=body or None,
                timeout=self._timeout,
                redirect=False,
                preload_content=False,
                assert_same_host=False,
            )
        except HTTPError as error:
            raise _refusal(upstream, error) from None
        kept = _without_between(response.headers.items(), "content-length")
        return Answer(response.status, kept, response)

    def close(self) -> None:
        """Close all connections."""
        self._pools.clear()


def _context(ca: Path | None) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_verify_locations(str(ca or DEFAULT_CA_BUNDLE_PATH))
    except (OSError, ssl.SSLError) as error:
        msg = f"cannot load the authorities in {ca}: {error}"
        raise TLSError(msg, maybe_sent=False) from error
    return context


def _headers(
    upstream: Upstream, headers: list[tuple[str, str]]
) -> urllib3.HTTPHeaderDict:
    """Return the headers that the upstream is sent, none of them made up."""
    sent = urllib3.HTTPHeaderDict(_without_between(headers))
    sent["Host"] = upstream.netloc
    for name in ("User-Agent", "Accept-Encoding"):
        if name not in sent:
            sent[name] = SKIP_HEADER
    return sent


def _without_between(
    headers: Iterable[tuple[str, str]], *keeps: str
) -> list[tuple[str, str]]:
    pairs = list(headers)
    named = {
        name.strip().lower()
        for key, value in pairs
        if key.lower() == "connection"
        for name in value.split(",")
    }
    left_out = (_BETWEEN | named).difference(keeps)
    return [(key, value) for key, value in pairs if key.lower() not in left_out]


def _refusal(upstream: Upstream, error: HTTPError) -> Unavailable:
    if isinstance(error, SSLError) or isinstance(error.__cause__, ssl.SSLError):
        msg = f"{upstream} is not who it says, by its certificate: {_reason(error)}"
        return Unavailable(msg, status=502)
    # urllib3 takes every new connection that fails for one that took too long
    is_late = not isinstance(error, NewConnectionError)
    if is_late and isinstance(error, TimeoutHTTPError):
        return Unavailable(f"{upstream} did not answer in time", status=504)
    return Unavailable(f"{upstream} was not reached: {_reason(error)}", status=502)


def _reason(error: BaseException) -> str:
    """Return what is wrong, without the URL that urllib3 adds: data are in it."""
    while error.__cause__ is not None:
        error = error.__cause__
    return str(getattr(error, "strerror", None) or type(error).__name__)
