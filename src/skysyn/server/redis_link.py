"""Redis link: connections to a Redis, made so that nobody waits for it long."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, Self
from urllib.parse import urlsplit

from skysyn.errors import DeclarationError, StateError

try:
    import redis
    from redis import RedisError
    from redis.backoff import NoBackoff
    from redis.retry import Retry
except ImportError as error:
    _MISSING = "Redis needs its package: python -m pip install 'skysyn[server]'"
    raise DeclarationError(_MISSING) from error

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import TracebackType

__all__ = ["Listening", "Redis", "RedisError", "connect_redis"]

_CONNECT_SECONDS = 2.0
_ANSWER_SECONDS = 5.0
_IDLE_SECONDS = 15


class Listening(Protocol):
    """A connection to a Redis that listens to channels."""

    def subscribe(self, *channels: str) -> object:
        """Listen to *channels*."""

    def get_message(self, *, timeout: float) -> Mapping[str, object] | None:
        """Return what comes within *timeout* seconds."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None: ...


class Commands(Protocol):
    """Commands that are done together, or not at all."""

    def set(self, key: str, value: bytes, *, ex: int | None) -> object:
        """Keep *value* under *key*, for *ex* seconds or always."""

    def delete(self, *keys: str) -> object:
        """Keep nothing under *keys* any more."""

    def zadd(self, key: str, members: Mapping[str, float]) -> object:
        """Add *members* to a set, each with its score."""

    def zrem(self, key: str, *members: str) -> object:
        """Take *members* from a set."""

    def zremrangebyscore(self, key: str, low: float, high: float) -> object:
        """Take the members from a set whose scores are from *low* to *high*."""

    def expire(self, key: str, seconds: int) -> object:
        """Keep what is under *key* so long."""

    def persist(self, key: str) -> object:
        """Keep what is under *key* always."""

    def execute(self) -> object:
        """Do it all."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None: ...


class Redis(Protocol):
    """What is used of a client of Redis; the types of its package say less."""

    def ping(self) -> object:
        """Fail unless Redis answers."""

    def publish(self, channel: str, message: bytes) -> object:
        """Hand *message* to who listens to *channel*."""

    def pubsub(self) -> Listening:
        """Return a connection that listens."""
        ...

    def get(self, key: str) -> bytes | None:
        """Return what is kept under *key*."""

    def mget(self, keys: list[str]) -> list[bytes | None]:
        """Return what is kept under each of *keys*."""
        ...

    def zrange(self, key: str, first: int, last: int) -> list[bytes]:
        """Return the members of a set from *first* to *last*; -1 is the end."""
        ...

    def scan_iter(self, match: str, count: int) -> Iterator[bytes]:
        """Return the keys that *match*, some of them perhaps twice."""
        ...

    def pipeline(self) -> Commands:
        """Return commands that are to be done together."""
        ...

    def close(self) -> None:
        """Close every connection."""


def connect_redis(url: str) -> Redis:
    """Return a client of the Redis at *url*, which has been reached once.

    Raises:
        DeclarationError: this is no URL of a Redis.
        StateError: nobody answers there, or not to us.
    """
    client = _client(url)
    try:
        client.ping()
    except RedisError as error:
        msg = f"cannot use Redis at {_shown(url)}: {error}; is it running?"
        raise StateError(msg) from error
    return client


def _client(url: str) -> Redis:
    make: Any = redis.Redis
    try:
        client: Redis = make.from_url(
            url,
            socket_connect_timeout=_CONNECT_SECONDS,
            socket_timeout=_ANSWER_SECONDS,
            socket_keepalive=True,
            health_check_interval=_IDLE_SECONDS,
            # once more at once: the connection may be one that Redis has closed
            retry=Retry(NoBackoff(), 1),
        )
    except ValueError as error:
        msg = f"{_shown(url)} is no Redis: write redis://host:6379/0"
        raise DeclarationError(msg) from error
    return client


def _shown(url: str) -> str:
    """Return *url* without its password."""
    parts = urlsplit(url)
    place = f"{parts.netloc.rpartition('@')[2]}{parts.path}"
    return f"{parts.scheme}://{place}" if parts.scheme else place
