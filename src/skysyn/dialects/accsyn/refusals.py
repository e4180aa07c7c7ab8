"""Refusals: what the server says no with, in accsyn's error forms."""

from __future__ import annotations

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

from . import faults

if TYPE_CHECKING:
    from skysyn.models import JSON


def status_of(error: RemoteError) -> int:
    """Return the HTTP status that says what kind of error it is."""
    if error.status is not None:
        return error.status
    if isinstance(error, Unavailable):
        return 500
    if isinstance(error, InvalidRequest):
        return 400
    return next(
        (s for s, kind in faults.STATUSES.items() if isinstance(error, kind)), 500
    )


def dump(error: RemoteError) -> dict[str, JSON]:
    """Return the body that says *error*."""
    if error.name == "exception":
        return {"exception": error.message}
    said = error.info.get("message")
    body: dict[str, JSON] = {"message": error.message}
    if isinstance(said, str) and said != error.message:
        body = {"message": said, "message_hr": error.message}
    if isinstance(error, SessionExpired):
        body["session_expired"] = True
    return body


def denied(what: str, shown: str | None = None) -> PermissionDenied:
    """Return the refusal of what the user may not do."""
    raw = f"permission denied: {what}"
    return PermissionDenied(shown or raw, info={"message": raw}, status=403)


def unknown(what: str) -> NotFound:
    """Return the refusal of what is about something that is not there."""
    return NotFound(f"not found: {what}", status=404)


def taken(what: str) -> Conflict:
    """Return the refusal of something that is there already."""
    return Conflict(what, status=409)


def invalid(what: str) -> InvalidRequest:
    """Return the refusal of a request that is not written as it should be."""
    return InvalidRequest(what, status=400)


def unauthorized(what: str) -> AuthenticationError:
    """Return the refusal of somebody who is not known."""
    return AuthenticationError(f"unauthorized: {what}", status=401)


def expired() -> SessionExpired:
    """Return the refusal of a session that is over."""
    return SessionExpired("session expired: log in again", status=401)


def busy() -> Unavailable:
    """Return the refusal of one request too many."""
    return Unavailable("too many requests: try again later", status=429)


def failed(what: str) -> Unavailable:
    """Return the refusal of a server that failed."""
    return Unavailable(what, name="exception", status=500)
