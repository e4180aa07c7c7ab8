"""Queries: recorded `record:query` requests as queries of models."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import checks, options
from .classes import Models
from .columns import Columns, join, keys_of_refs, of_answers
from .conditions import Conditions, is_keypath
from .inexpressible import Inexpressible
from .uses import Uses

if TYPE_CHECKING:
    from collections.abc import Callable

    from skysyn import JSON, Record, RecordQuery, SkygearSession

    from .columns import Past
    from .recordings import Exchange

_KEYS = (
    "record_type",
    "predicate",
    "sort",
    "limit",
    "offset",
    "count",
    "include",
    "desired_keys",
)


def query(
    exchange: Exchange, session: SkygearSession, past: Past
) -> Callable[[], None]:
    """Ask what was asked; return what checks the records."""
    options.only(exchange, *_KEYS)
    type_ = options.text(exchange, "record_type")
    models = Models(_columns(exchange, type_, past))
    conditions = Conditions(models, type_)
    found = _shaped(session.query(models[type_]), exchange.body, conditions)
    if (scope := options.scope(exchange)) is not None:
        found = found.database(scope)
    if options.flag(exchange, "count"):
        records, total = found.page()
        info: JSON = {"count": total}
    else:
        records, info = found.all(), None

    def check() -> None:
        assert exchange.answer.get("info") == info
        for record, row in zip(records, exchange.items, strict=True):
            checks.check_record(record, row)

    return check


def _columns(exchange: Exchange, type_: str, past: Past) -> Columns:
    """Return the columns to declare; JSON and what has no legal name go to `extra`."""
    body = exchange.body
    uses = Uses(of_answers(()), past.columns, set())
    uses.predicate(type_, body.get("predicate"))
    for name in ("sort", "include"):
        uses.others(type_, body.get(name))
    keys = body.get("desired_keys")
    for key in keys if isinstance(keys, list) else ():
        uses.others(type_, {"$type": "keypath", "$val": str(key)})
    answered = of_answers([exchange])
    undeclared = {
        place
        for place, kinds in answered.items()
        if kinds & {"list", "dict"} or '"' in place[1]
    }
    for place in undeclared - set(uses.asked):
        del answered[place]
    keys_of_refs(uses.asked, past.columns)
    return join(uses.asked, answered, past.columns, uses.fixed)


def _shaped(
    query: RecordQuery[Record], body: dict[str, JSON], conditions: Conditions
) -> RecordQuery[Record]:
    """Return *query* with what *body* says about conditions, order and size."""
    if body.get("predicate") is not None:
        query = query.filter(conditions.predicate(body["predicate"]))
    if (sort := body.get("sort")) is not None:
        query = query.order_by(*(conditions.order(key) for key in _list("sort", sort)))
    for name in ("limit", "offset"):
        size: Any = body.get(name)
        if size is not None:
            query = getattr(query, name)(size)
    if body.get("include") is not None:
        query = _included(query, body["include"], conditions)
    if (keys := body.get("desired_keys")) is not None:
        fields = [conditions.key(key) for key in _list("desired_keys", keys)]
        query = query.only(*fields)
    return query


def _included(
    query: RecordQuery[Record], wanted: JSON, conditions: Conditions
) -> RecordQuery[Record]:
    if not isinstance(wanted, dict):
        msg = "what is included has names"
        raise Inexpressible(msg)
    for name, data in wanted.items():
        found = conditions.included(data)
        if is_keypath(data) and found.path.names == (name,):
            query = query.include(found)
        else:
            query = query.include(**{name: found})
    return query


def _list(name: str, data: JSON) -> list[JSON]:
    if isinstance(data, list):
        return data
    msg = f"`{name}` is a list"
    raise Inexpressible(msg)
