"""Redis tokens: sessions in a Redis, which forgets them when they end."""

from __future__ import annotations

import math
import re
import uuid
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import msgspec

from skysyn.dialects.skygear.refusals import refuse

from .database_tokens import digest
from .redis_link import RedisError, connect_redis
from .store import users
from .tokens import Held

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Mapping

    from .redis_link import Commands
    from .store import Work
    from .store.foresight import Lookup


class _Kept(msgspec.Struct, array_like=True):
    user_id: str
    since: datetime
    until: datetime | None = None

    @property
    def last(self) -> float:
        """When it ends, as seconds."""
        return math.inf if self.until is None else self.until.timestamp()


_kept = msgspec.msgpack.Decoder(_Kept)


class RedisTokens:
    """Sessions that end after *seconds*, or never if that is 0.

    Keys begin with *prefix* and are digests, so that a copy lets nobody in. Those of
    each user stand in a set, too, by which they are ended together.

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
        made, now = str(uuid.uuid4()), datetime.now(UTC)
        until = now + timedelta(seconds=self._seconds) if self._seconds else None
        with _reaching(), self._client.pipeline() as commands:
            self._add(commands, digest(made), _Kept(user_id, now, until))
            commands.execute()
        return made

    def find(self, _: Work, given: str) -> Held | None:
        """Return what the token *given* says; None if it is not valid."""
        return self._find(given)

    def lookups(self, given: str) -> list[Lookup]:
        """Return what finds the user of a token."""
        held = self._find(given)
        return [] if held is None else [users.lookup(held.user_id)]

    def _find(self, given: str) -> Held | None:
        with _reaching():
            found = self._client.get(self._key(digest(given)))
        if found is None:
            return None
        kept = _kept.decode(found)
        return Held(kept.user_id, kept.since)

    def forget(self, _: Work, given: str) -> None:
        """End the session of a token."""
        name = digest(given)
        with _reaching(), self._client.pipeline() as commands:
            found = self._client.get(self._key(name))
            if found is not None:
                self._remove(commands, _kept.decode(found).user_id, [name])
                commands.execute()

    def end(self, _: Work, user_id: str, before: datetime) -> None:
        """End the sessions of a user that began before then."""
        with _reaching(), self._client.pipeline() as commands:
            members = self._client.zrange(self._of(user_id), 0, -1)
            found = self._read(member.decode() for member in members)
            older = [n for n, value in found.items() if value.since < before]
            if older:
                self._remove(commands, user_id, older)
                commands.execute()

    def keep(self) -> Mapping[str, bytes]:
        """Return the sessions that there are."""
        with _reaching():
            names = (key.removeprefix(f"{self._prefix}:") for key in self._keys())
            found = self._read(n for n in names if not n.startswith("of:"))
        return {name: msgspec.msgpack.encode(kept) for name, kept in found.items()}

    def put(self, kept: Mapping[str, bytes]) -> None:
        """Let there be the sessions that were kept, and no others."""
        sessions = [(name, _kept.decode(value)) for name, value in kept.items()]
        with _reaching(), self._client.pipeline() as commands:
            commands.delete(self._prefix, *self._keys())
            # those that end last come last, as their set stays as long
            for name, session in sorted(sessions, key=lambda each: each[1].last):
                self._add(commands, name, session)
            commands.execute()

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _key(self, name: str) -> str:
        return f"{self._prefix}:{name}"

    def _of(self, user_id: str) -> str:
        """Return the key of the set of a user's sessions."""
        return f"{self._prefix}:of:{user_id}"

    def _keys(self) -> list[str]:
        prefix = re.sub(r"([\\*?\[\]])", r"\\\1", self._prefix)
        found = self._client.scan_iter(f"{prefix}:*", 1000)
        return sorted({key.decode() for key in found})

    def _read(self, names: Iterable[str]) -> dict[str, _Kept]:
        """Return the sessions of these names that have not ended."""
        wanted = [*names]
        if not wanted:
            return {}
        values = self._client.mget([self._key(name) for name in wanted])
        return {n: _kept.decode(v) for n, v in zip(wanted, values, strict=True) if v}

    def _add(self, commands: Commands, name: str, session: _Kept) -> None:
        now, of = datetime.now(UTC).timestamp(), self._of(session.user_id)
        if session.last <= now:
            return
        left = None if session.until is None else math.ceil(session.last - now)
        commands.set(self._key(name), msgspec.msgpack.encode(session), ex=left)
        commands.zremrangebyscore(of, 0, now)
        commands.zadd(of, {name: session.last})
        _ = commands.persist(of) if left is None else commands.expire(of, left)

    def _remove(self, commands: Commands, user_id: str, names: list[str]) -> None:
        commands.delete(*(self._key(name) for name in names))
        commands.zrem(self._of(user_id), *names)


@contextmanager
def _reaching() -> Generator[None]:
    try:
        yield
    except RedisError as error:
        raise refuse(10002, "the sessions cannot be reached") from error
