"""Where accsyn's messages hold secrets."""

from __future__ import annotations

import base64
import binascii
import re
from typing import TYPE_CHECKING

from skysyn.dialects.secrets import SecretPlaces

if TYPE_CHECKING:
    from collections.abc import Iterator


def unwrap(value: str) -> Iterator[str]:
    """Yield what is secret in an Authorization header: all of it, and the key in it.

    It ends in the key, as base64, after the user that it belongs to.
    """
    yield value
    last = re.split(r"[\s:]", value)[-1]
    yield last
    try:
        yield base64.b64decode(last, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return


PLACES = SecretPlaces(
    headers=frozenset({"authorization"}),
    members=frozenset({"session", "sessionkeyreuse"}),
    unwrap=unwrap,
)
