"""Replies: what a push service answers, and what that means for the next attempt."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx2
import msgspec

from .sender import Busy

if TYPE_CHECKING:
    from collections.abc import Mapping

    from skysyn.models import JSON

_TIMEOUT = 30.0
_BUSY = {408, 425, 429, 500, 502, 503, 504}


def post(
    client: httpx2.Client,
    url: str,
    headers: Mapping[str, str],
    body: Mapping[str, JSON],
) -> httpx2.Response:
    """Return the reply to *body*.

    Raises:
        Busy: the service cannot be reached, or is too busy.
    """
    content = msgspec.json.encode(body)
    headers = {"content-type": "application/json", **headers}
    try:
        reply = client.post(url, headers=headers, content=content, timeout=_TIMEOUT)
    except httpx2.HTTPError as error:
        # its text can have the URL, in which APNs has the token
        msg = f"the service cannot be reached ({type(error).__name__})"
        raise Busy(msg) from error
    check(reply)
    return reply


def check(reply: httpx2.Response) -> None:
    """Fail if a service is too busy.

    Raises:
        Busy: it is.
    """
    if reply.status_code in _BUSY:
        msg = f"the service is busy ({reply.status_code})"
        raise Busy(msg, _seconds(reply.headers.get("retry-after")))


def read(reply: httpx2.Response) -> dict[str, JSON]:
    """Return the object in a reply; an empty one if there is none."""
    try:
        found: JSON = msgspec.json.decode(reply.content)
    except msgspec.MsgspecError:
        return {}
    return found if isinstance(found, dict) else {}


def _seconds(text: str | None) -> float | None:
    try:
        return max(float(text), 0.0) if text else None
    except ValueError:
        return None  # a date, which both services never send
