"""Options: what a recorded request says beside its records."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .inexpressible import Inexpressible

if TYPE_CHECKING:
    from skysyn import SkygearSession

    from .recordings import Exchange


def only(exchange: Exchange, *known: str) -> None:
    """Raise Inexpressible if the request has other keys than the *known*."""
    common = {"action", "database_id", "_user_id"}
    if extra := exchange.body.keys() - {*known, *common}:
        msg = f"no call sends {', '.join(sorted(extra))}"
        raise Inexpressible(msg)


def scope(exchange: Exchange) -> str | None:
    """Return the database that is named."""
    name = exchange.body.get("database_id")
    if name is not None and not isinstance(name, str):
        msg = "a database has a name"
        raise Inexpressible(msg)
    return name or None


def in_scope(exchange: Exchange, session: SkygearSession) -> SkygearSession:
    """Return the session on the database that is named."""
    name = scope(exchange)
    return session if name is None else session.database(name)


def flag(exchange: Exchange, name: str) -> bool:
    """Return a truth value, False if it is absent."""
    value = exchange.body.get(name, False)
    if not isinstance(value, bool):
        msg = f"`{name}` is True or False"
        raise Inexpressible(msg)
    return value


def text(exchange: Exchange, name: str) -> str:
    """Return a text that must be there."""
    value = exchange.body.get(name)
    if not isinstance(value, str):
        msg = f"`{name}` is text, and needed"
        raise Inexpressible(msg)
    return value


def texts(exchange: Exchange, name: str) -> list[str]:
    """Return a list of texts that must be there."""
    value = exchange.body.get(name)
    if not isinstance(value, list):
        msg = f"`{name}` is a list, and needed"
        raise Inexpressible(msg)
    if not all(isinstance(item, str) for item in value):
        msg = f"`{name}` is a list of texts"
        raise Inexpressible(msg)
    return [str(item) for item in value]
