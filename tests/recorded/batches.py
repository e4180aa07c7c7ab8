"""Batches: recorded `record:fetch` and `record:delete` requests by references."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import checks, options
from .classes import Models
from .columns import join, of_answers
from .inexpressible import Inexpressible

if TYPE_CHECKING:
    from collections.abc import Callable

    from skysyn import Record, SkygearSession
    from skysyn.models import Reference

    from .columns import Past
    from .recordings import Exchange


def fetch(
    exchange: Exchange, session: SkygearSession, past: Past
) -> Callable[[], None]:
    """Fetch what was fetched; return what checks the report and the objects."""
    options.only(exchange, "ids")
    refs = _refs(exchange, past)
    report = session.fetch(*refs, scope=options.scope(exchange))

    def check() -> None:
        failed = [(one.record, one.error) for one in report.failed]
        checks.check_batch(exchange, refs, report.found, failed)
        rows = [entry for entry in exchange.items if entry["_type"] == "record"]
        for record, row in zip(report.found, rows, strict=True):
            checks.check_record(record, row)

    return check


def delete(
    exchange: Exchange, session: SkygearSession, past: Past
) -> Callable[[], None]:
    """Delete what was deleted; return what checks the report."""
    options.only(exchange, "ids", "atomic")
    refs = _refs(exchange, past)
    atomic = options.flag(exchange, "atomic")
    report = options.in_scope(exchange, session).delete(*refs, atomic=atomic)

    def check() -> None:
        failed = [(one.record, one.error) for one in report.failed]
        checks.check_batch(exchange, refs, report.saved, failed)
        rows = [entry for entry in exchange.items if entry["_type"] == "record"]
        assert [{"_id": str(ref), "_type": "record"} for ref in report.saved] == rows

    return check


def _refs(exchange: Exchange, past: Past) -> list[Reference[Record]]:
    models = Models(join(of_answers(()), of_answers([exchange]), past.columns, set()))
    ids = options.texts(exchange, "ids")
    if not ids:
        msg = "without a reference nothing is sent"
        raise Inexpressible(msg)
    if not all("/" in id_ for id_ in ids):
        msg = "a reference has a type"
        raise Inexpressible(msg)
    return [models[type_].ref(key) for type_, _, key in (i.partition("/") for i in ids)]
