"""Passwords: hashed by argon2; bcrypt hashes of an imported database are accepted."""

from __future__ import annotations

import bcrypt
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# the first choice of OWASP's cheat sheet: 19 MiB, two rounds, one lane
_HASHER = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)


def hash_password(password: str) -> str:
    """Return what is stored for *password*."""
    return _HASHER.hash(password.encode("utf-8", "replace"))


def is_password(stored: str | None, password: str) -> bool:
    """Whether *password* is the one that *stored* was made of."""
    given = password.encode("utf-8", "replace")
    if not stored or not password:
        return False
    if stored.startswith("$2"):
        # bcrypt looks at 72 bytes and no further
        return bcrypt.checkpw(given[:72], stored.encode())
    try:
        return _HASHER.verify(stored, given)
    except (VerificationError, InvalidHashError):
        return False
