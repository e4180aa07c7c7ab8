"""Redis tokens: sessions in a Redis, which forgets them when they end."""

from __future__ import annotations

import uuid
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec

from skysyn.dialects.skygear.refusals import refuse

from .database_tokens import digest
from .redis_link import RedisError, connect_redis
from .tokens import Held

if TYPE_CHECKING:
    from collections.abc import Generator

    from .store import Work


class _Kept(msgspec.Struct, array_like=True):
    user_id: str
    since: datetime


_kept = msgspec.msgpack.Decoder(_Kept)


class RedisTokens:
    """Sessions that end after *seconds*, or never if that is 0.

    Keys begin with *prefix* and are digests, so that a copy lets nobody in.

    Raises:
        DeclarationError: *url* is not of a Redis.
        StateError: it cannot be reached.
    """

    def __init__(self, url: str, seconds: int, prefix: str) -> None:
        self._client = connect_redis(url)
        self._seconds = seconds
        self._prefix = prefix

    def issue(self, _: Work, user_id: str) -> str:
        """Return the token of a new session."""
        made, kept = str(uuid.uuid4()), _Kept(user_id, datetime.now(UTC))
        with _reaching():
            self._client.set(
                self._key(made),
                msgspec.msgpack.encode(kept),
                ex=self._seconds or None,
            )
        return made

    def find(self, _: Work, given: str) -> Held | None:
        """Return what the token *given* says; None if it is not valid."""
        with _reaching():
            found = self._client.get(self._key(given))
        if found is None:
            return None
        kept = _kept.decode(found)
        return Held(kept.user_id, kept.since)

    def forget(self, _: Work, given: str) -> None:
        """End the session of a token."""
        with _reaching():
            self._client.delete(self._key(given))

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _key(self, given: str) -> str:
        return f"{self._prefix}:{digest(given)}"


@contextmanager
def _reaching() -> Generator[None]:
    try:
        yield
    except RedisError as error:
        raise refuse(10002, "the sessions cannot be reached") from error
