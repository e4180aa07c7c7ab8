"""Validity: what cannot be sent is refused before a connection is made."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from skysyn.errors import TransportError

if TYPE_CHECKING:
    from urllib.parse import SplitResult

    from .messages import Request

PORTS = {"http": 80, "https": 443}
TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")
URL = re.compile(r"[\x21-\x7e]*")


def check_request(request: Request) -> SplitResult:
    """Return the parts of *request*'s URL.

    Raises:
        TransportError: it is not valid HTTP; the text repeats no secret of it.
    """
    if not (URL.fullmatch(request.url) and TOKEN.fullmatch(request.method)):
        raise _invalid(request, "URL and method must be ASCII without spaces")
    try:
        parts = urlsplit(request.url)
        port = parts.port
    except ValueError:
        raise _invalid(request, "its URL is malformed") from None
    if parts.scheme not in PORTS or not parts.hostname or port == 0:
        raise _invalid(request, "the URL must start with http(s)://host")
    if parts.username is not None or parts.password is not None:
        raise _invalid(request, "credentials stand in the URL, send them in a header")
    for name, value in request.headers.items():
        if not (TOKEN.fullmatch(name) and VALUE.fullmatch(value)):
            raise _invalid(request, f"the header {name!r} has unsafe characters")
    return parts


def target_of(parts: SplitResult) -> str:
    """Return what stands in the request line: path and query."""
    path = parts.path or "/"
    return f"{path}?{parts.query}" if parts.query else path


def _invalid(request: Request, why: str) -> TransportError:
    url = request.url.partition("?")[0].rpartition("@")[2]
    msg = f"cannot send a request to {url!r}: {why}"
    return TransportError(msg, url=url, maybe_sent=False)
