"""Where accsyn's messages hold secrets."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING

from skysyn.dialects.secrets import SecretPlaces
from skysyn.errors import AuthenticationError

from . import credentials

if TYPE_CHECKING:
    from collections.abc import Callable


def rewrap(value: str, alias: Callable[[str], str]) -> str:
    """Return an `Authorization` header with the *alias* of the secret in it."""
    try:
        found = credentials.load(value, "")
    except AuthenticationError:
        return alias(value)
    if found is None:
        return value
    scheme, _, rest = value.strip().partition(" ")
    secret = alias(found.secret)
    if scheme.lower() != "basic":
        return f"{scheme} {_base64(_document(rest, found.secret, secret))}"
    if ":" in rest:
        return f"{scheme} {_base64(found.username)}:{_base64(secret)}"
    return f"{scheme} {_base64(f'{found.username}:{secret}')}"


def _document(text: str, secret: str, alias: str) -> str:
    held: dict[str, object] = json.loads(base64.b64decode(text.strip()))
    known = {secret: alias, _base64(secret): _base64(alias)}
    return json.dumps(
        {
            name: known.get(value, value) if isinstance(value, str) else value
            for name, value in held.items()
        }
    )


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


PLACES = SecretPlaces(
    headers=frozenset({"authorization"}),
    members=frozenset({"session", "sessionkeyreuse"}),
    rewrap=rewrap,
)
