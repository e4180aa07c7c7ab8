"""Paths: what a handler may be called, and which methods it may answer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from skysyn.errors import DeclarationError

if TYPE_CHECKING:
    from collections.abc import Iterable

_METHOD = re.compile(r"[A-Z]+")


def check(name: str) -> None:
    """Raise DeclarationError if *name* cannot be the path of a handler."""
    path = name.replace(":", "/").lstrip("/")
    if not path:
        msg = "a handler needs a name: the server itself answers the path /"
        raise DeclarationError(msg)
    if "//" in path or any(part in {".", ".."} for part in path.split("/")):
        msg = f"no request reaches the handler {name!r}: servers clean `//` and `..`"
        raise DeclarationError(msg)


def methods(said: str | Iterable[str]) -> tuple[str, ...]:
    """Return the HTTP methods that are *said*, one or several, in capitals.

    Raises:
        DeclarationError: there is none, or one is no method.
    """
    found = tuple(one.upper() for one in ([said] if isinstance(said, str) else said))
    wrong = [one for one in found if not _METHOD.fullmatch(one)]
    if wrong or not found:
        msg = f"{said!r} are no HTTP methods, such as 'GET' or ['GET', 'POST']"
        raise DeclarationError(msg)
    return found
