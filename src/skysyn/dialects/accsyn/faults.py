"""accsyn's errors: what an answer says went wrong, as typed errors."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from skysyn.errors import (
    AuthenticationError,
    Conflict,
    InvalidRequest,
    NotFound,
    PermissionDenied,
    RemoteError,
    SessionExpired,
    Unavailable,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from skysyn.models import JSON

STATUSES: dict[int, type[RemoteError]] = {
    401: AuthenticationError,
    403: PermissionDenied,
    404: NotFound,
    409: Conflict,
    429: Unavailable,
}
"""What the HTTP statuses mean that say more than the text can."""

# the service has no error codes of its own; these are the words that it uses
PHRASES: tuple[tuple[str, type[RemoteError]], ...] = (
    (r"permission denied|not allowed|access denied|not permitted", PermissionDenied),
    (r"unauthori[sz]ed|not logged in", AuthenticationError),
    (r"(invalid|wrong|bad) (api.?key|credentials|password)", AuthenticationError),
    (r"not found|no such|does ?n.t exist|unknown (entity|user|job)", NotFound),
    (r"already (exists|exist|in use|active)|duplicate|not unique", Conflict),
    (r"too many requests|rate limit|timed out|try again", Unavailable),
)
"""Which words in a message mean which error; anything else is InvalidRequest."""

CODE = re.compile(r"\b[EW]#[A-Z]\d{3}(-\d{3})?\b")
"""A job's or global problem, such as `E#J001-071`."""


def lift(body: Mapping[str, JSON], status: int) -> RemoteError | None:
    """Return the error that *body* says, or None if it says none."""
    if "exception" in body:
        msg = "the service failed: show `info['exception']` to its support"
        return Unavailable(msg, name="exception", info=body, status=status)
    if "message" in body:
        return _from_message(body, status)
    if status >= 400:
        return of_status(status, f"HTTP status {status} without a message", body)
    return None


def _from_message(body: Mapping[str, JSON], status: int) -> RemoteError:
    said = str(body["message"])
    shown = str(body.get("message_hr") or said) or "(no message)"
    code = CODE.search(said)
    kind = _kind(said, status)
    if body.get("session_expired") is True:
        kind = SessionExpired
    return kind(shown, name=code and code.group(), info=body, status=status)


def _kind(said: str, status: int) -> type[RemoteError]:
    known = _of_status(status)
    if known is not None:
        return known
    for phrase, kind in PHRASES:
        if re.search(phrase, said, re.IGNORECASE):
            return kind
    return InvalidRequest


def _of_status(status: int) -> type[RemoteError] | None:
    if status >= 500:
        return Unavailable
    return STATUSES.get(status)


def of_status(
    status: int, message: str, info: Mapping[str, JSON] | None = None
) -> RemoteError:
    """Return the error that an HTTP *status* means where the body has no message."""
    kind = _of_status(status) or InvalidRequest
    return kind(message, info=info, status=status)
