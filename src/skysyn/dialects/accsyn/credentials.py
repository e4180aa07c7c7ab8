"""Credentials: who a request says to be, in each form that clients send it."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import attrs
import msgspec

from skysyn.errors import AuthenticationError

if TYPE_CHECKING:
    from collections.abc import Mapping

Means: TypeAlias = Literal["api_key", "password", "session_key"]

_MEANS: tuple[tuple[str, Means], ...] = (
    ("session_key", "session_key"),
    ("api_key", "api_key"),
    ("pwd", "password"),
)


def _hidden(_: str) -> str:
    return "'***'"


@attrs.frozen
class Credentials:
    """A user of a workspace and the secret that proves it."""

    username: str
    means: Means
    secret: str = attrs.field(repr=_hidden)
    workspace: str = ""


def load(header: str, workspace: str) -> Credentials | None:
    """Return what an `Authorization` *header* says; None if there is none.

    Raises:
        AuthenticationError: it says nothing that can be read.
    """
    scheme, _, rest = header.strip().partition(" ")
    rest = rest.strip()
    match scheme.lower():
        case "":
            return None
        case "basic":
            return _basic(rest, workspace)
        case "ascredentials" | "assession":
            return _document(rest)
        case _:
            raise _unreadable()


def _basic(text: str, workspace: str) -> Credentials:
    """Read two texts in base64 with a colon between, or RFC 7617's one."""
    name, colon, secret = text.partition(":")
    if colon:
        username, key = _plain(name), _plain(secret)
    else:
        username, _, key = _plain(text).partition(":")
    return Credentials(username, "api_key", key, workspace)


def _document(text: str) -> Credentials:
    try:
        found: dict[str, Any] = msgspec.json.decode(_plain(text), type=dict[str, Any])
    except msgspec.MsgspecError:
        raise _unreadable() from None
    for key, means in _MEANS:
        secret = found.get(key)
        if isinstance(secret, str) and secret:
            username, domain = _text(found, "username"), _text(found, "domain")
            secret = _plain(secret) if means == "password" else secret
            return Credentials(username, means, secret, domain)
    raise _unreadable()


def _text(found: Mapping[str, Any], key: str) -> str:
    value = found.get(key)
    return value if isinstance(value, str) else ""


def _plain(text: str) -> str:
    try:
        return base64.b64decode(text, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError):
        raise _unreadable() from None


def _unreadable() -> AuthenticationError:
    msg = "invalid credentials: the Authorization header cannot be read"
    return AuthenticationError(msg, status=401)
