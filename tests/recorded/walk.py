"""Walk: what becomes of each recorded exchange when the public API does it again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

import attrs

from skysyn.errors import (
    ConversionError,
    DeclarationError,
    QueryError,
    RemoteError,
    StateError,
)

from . import batches, checks, queries, saves, users
from .columns import Past, everywhere, rows
from .inexpressible import Inexpressible
from .normal import normal, same
from .recordings import TOPICS, TYPED, exchanges
from .serving import ENDPOINT, serve

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from skysyn import JSON, MockTransport, SkygearSession

    from .recordings import Exchange

Kind = Literal["covered", "refused", "left out"]

_REFUSALS = (ConversionError, DeclarationError, QueryError, StateError)


@attrs.frozen
class Outcome:
    """What became of *exchange*; *detail* is the error's name, or why it was left."""

    exchange: Exchange
    kind: Kind
    detail: str = ""


def walk() -> Iterator[Outcome]:
    """Yield the outcome of every exchange of every topic."""
    columns = everywhere()
    for topic in TOPICS:
        known: dict[str, dict[str, JSON]] = {}
        for exchange in exchanges(topic):
            yield outcome(exchange, Past(columns, known))
            known |= {
                str(row["_id"]): row for row in rows(exchange.answer.get("result"))
            }


def outcome(exchange: Exchange, past: Past) -> Outcome:
    """Do *exchange* again; check the request and what its answer becomes.

    Raises:
        AssertionError: the request is the same, but not what its answer becomes.
    """
    session, transport = serve(exchange)
    check: Callable[[], None] | None = None
    error: Exception | None = None
    try:
        check = _ask(exchange, session, past)
    except Inexpressible as reason:
        return Outcome(exchange, "left out", str(reason))
    except RemoteError as answer:
        error = answer
    except _REFUSALS as refusal:
        if transport.requests:
            raise
        kinds = [kind for kind in type(refusal).__mro__ if kind in _REFUSALS]
        return Outcome(exchange, "refused", kinds[0].__name__)
    if not _is_same_request(exchange, transport):
        return Outcome(exchange, "left out", "another request is sent")
    try:
        if check is not None:
            check()
        else:
            checks.check_error(exchange, error, exchange.answer["error"])
    except Exception as wrong:
        wrong.add_note(f"in {exchange}")
        raise
    return Outcome(exchange, "covered")


def _ask(exchange: Exchange, session: SkygearSession, past: Past) -> Callable[[], None]:
    match exchange.action:
        case "record:save":
            return saves.save(exchange, session, past)
        case "record:query":
            return queries.query(exchange, session, past)
        case "record:fetch":
            return batches.fetch(exchange, session, past)
        case "record:delete":
            return batches.delete(exchange, session, past)
        case action if exchange.topic in TYPED:
            msg = f"only session.call says {action}"
            raise Inexpressible(msg)
        case _:
            return users.ask(exchange, session)


def _is_same_request(exchange: Exchange, transport: MockTransport) -> bool:
    """Whether the same was sent, apart from the documented normalisations."""
    url = f"{ENDPOINT}{exchange.path}"
    sent = [request for request in transport.requests if request.url == url]
    if not sent:
        return False
    for request in sent:
        assert urlsplit(request.url).path == exchange.path
        assert request.method == exchange.method
        headers = {k: v for k, v in request.headers.items() if k != "Accept"}
        assert headers == exchange.headers
    body = json.loads(sent[0].body)
    if "records" in body:
        parts = [json.loads(request.body)["records"] for request in sent]
        body["records"] = [record for part in parts for record in part]
    return same(normal(body), normal(exchange.body))
