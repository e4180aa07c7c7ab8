"""Validity: what the settings of a server cannot be, told when they are made."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from skysyn.errors import DeclarationError

if TYPE_CHECKING:
    from collections.abc import Callable

YEARS = 10**9
"""As many seconds as a session may last, which is 31 years."""


def check_app(_: object, __: object, value: str) -> None:
    """Refuse what is no name of an app."""
    if not re.fullmatch(r"[A-Za-z0-9_]+", value):
        msg = f"{value!r} is no app name: use letters, digits and underscores"
        raise DeclarationError(msg)


def check_auth_keys(_: object, __: object, value: tuple[tuple[str, ...], ...]) -> None:
    """Refuse sets of fields that nobody could log in with."""
    names = [name for group in value for name in group]
    if not value or not all(value):
        msg = "auth keys name no field: write them as in username,(email,phone)"
        raise DeclarationError(msg)
    for name in names:
        if not name or name.startswith("_") or "." in name or name != name.strip():
            msg = f"auth keys name {name!r}, which is no field of users: write them "
            raise DeclarationError(msg + "as in username,(email,phone)")


def check_origin(_: object, __: object, value: str) -> None:
    """Refuse what cannot stand in a header."""
    if (
        not value.isascii()
        or not value.isprintable()
        or set(value) & set(" ,")
        or not value
    ):
        msg = f"the CORS host is {value!r}: write one origin, such as "
        raise DeclarationError(msg + "https://example.com, or *")


def seconds(name: str, most: int) -> Callable[[object, object, float], None]:
    """Return what refuses times below zero or above *most*."""

    def check(_: object, __: object, value: float) -> None:
        if not 0 <= value <= most:
            msg = f"{name} is {value}: use 0 to {most}"
            raise DeclarationError(msg)

    return check


def url(name: str) -> Callable[[object, object, str | None], None]:
    """Return what refuses URLs that nobody could open."""

    def check(_: object, __: object, value: str | None) -> None:
        if value is not None and not is_url(value):
            msg = f"{name} is {value!r}: write a URL, such as https://example.com/files"
            raise DeclarationError(msg)

    return check


def is_url(text: str) -> bool:
    """Return whether *text* is a URL of a web server."""
    try:
        parts = urlsplit(text)
        return parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return False
