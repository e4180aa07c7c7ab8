"""Request and Response: what travels, as data."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

import attrs

from .checks import at_least, positive

if TYPE_CHECKING:
    from collections.abc import Mapping

Effect = Literal["read", "upsert", "write"]


@attrs.frozen
class Timeout:
    """Time limits of one call, in seconds; None means no limit of that kind.

    *connect* bounds reaching the server, *read* each wait for bytes, and *total* the
    whole call with its retries, batches and pages.
    """

    connect: float | None = attrs.field(default=10.0, validator=positive(or_none=True))
    read: float | None = attrs.field(default=60.0, validator=positive(or_none=True))
    # what is left of it is also kept here, and may be nothing
    total: float | None = attrs.field(
        default=None, validator=attrs.validators.optional(at_least(-math.inf))
    )


def _no_headers() -> Mapping[str, str]:
    return {}


@attrs.frozen
class Request:
    """An HTTP request as data; it is sent by a `Transport`.

    *effect* says what repeating it would do: "read" changes nothing, "upsert" makes
    the same state again, and "write" may do the thing twice. Headers and body may
    hold secrets, so `repr()` shows neither.
    """

    method: str
    url: str
    headers: Mapping[str, str] = attrs.field(factory=_no_headers, repr=False)
    body: bytes = attrs.field(default=b"", repr=False)
    effect: Effect = attrs.field(default="write", kw_only=True)
    timeout: Timeout | None = attrs.field(default=None, kw_only=True)

    @property
    def safe_url(self) -> str:
        """The URL without credentials, query and fragment: fit for logs."""
        parts = urlsplit(self.url)
        host = parts.netloc.rpartition("@")[2]
        return f"{parts.scheme}://{host}{parts.path}"

    def __repr__(self) -> str:
        return f"Request({self.method} {self.safe_url}, {len(self.body)} bytes)"


@attrs.frozen
class Response:
    """An HTTP response as data: status, headers and the whole body."""

    status: int
    headers: Mapping[str, str] = attrs.field(factory=_no_headers)
    body: bytes = attrs.field(default=b"", repr=False)

    def header(self, name: str) -> str | None:
        """Return the header *name* in any case, or None."""
        wanted = name.lower()
        for key, value in self.headers.items():
            if key.lower() == wanted:
                return value
        return None
