"""Saves: recorded `record:save` requests as models that are saved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from skysyn import ACL
from skysyn.models import RelationGrant

from . import checks, options
from .classes import Models
from .columns import join, note_row, of_answers
from .inexpressible import Inexpressible
from .kinds import python
from .serving import answering

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from skysyn import JSON, Record, SkygearSession

    from .columns import Past
    from .recordings import Exchange

Row = dict[str, "JSON"]


def save(exchange: Exchange, session: SkygearSession, past: Past) -> Callable[[], None]:
    """Save what was saved; return what checks the report and the objects."""
    options.only(exchange, "records", "atomic")
    rows = _rows(exchange)
    # only a change of a stored record sends null
    stored = {
        id_: past.rows[id_]
        for row in rows
        if _has_null(row) and (id_ := str(row["_id"])) in past.rows
    }
    asked = of_answers(())
    for row in (*rows, *stored.values()):
        note_row(asked, row)
    models = Models(join(asked, of_answers([exchange]), past.columns, set()))
    objects = [_object(row, models, stored) for row in rows]
    atomic = options.flag(exchange, "atomic")
    report = options.in_scope(exchange, session).save(*objects, atomic=atomic)

    def check() -> None:
        # a server that failed on the way may have done it all the same
        failures = [*report.failed, *report.unknown]
        failed = [(one.record, one.error) for one in failures]
        checks.check_batch(exchange, objects, report.saved, failed)
        for one, entry in zip(objects, exchange.items, strict=False):
            if any(one is saved for saved in report.saved):
                checks.check_record(one, entry)

    return check


def _has_null(row: Mapping[str, JSON]) -> bool:
    return any(value is None for name, value in row.items() if name != "_access")


def _rows(exchange: Exchange) -> list[Row]:
    records = exchange.body.get("records")
    if not isinstance(records, list) or not records:
        msg = "a save sends a list of records, and an empty one not at all"
        raise Inexpressible(msg)
    return [_row(record) for record in records]


def _row(record: JSON) -> Row:
    if not isinstance(record, dict):
        msg = "a record is an object"
        raise Inexpressible(msg)
    id_ = record.get("_id")
    if not isinstance(id_, str) or "/" not in id_:
        msg = "every record has an id, `type/key`"
        raise Inexpressible(msg)
    if any(name[:1] == "_" and name not in {"_id", "_access"} for name in record):
        msg = "a save sends no other `_` keys than `_id` and `_access`"
        raise Inexpressible(msg)
    return record


def _object(row: Row, models: Models, stored: Mapping[str, Row]) -> Record:
    type_, _, key = str(row["_id"]).partition("/")
    model = models[type_]
    values = {
        models.attribute(type_, wire): python(value, models)
        for wire, value in row.items()
        if wire[:1] != "_"
    }
    if row.get("_access") is not None:
        values["acl"] = _acl(row["_access"])
    if (known := stored.get(str(row["_id"]))) is not None:
        return _changed(answering([known]).get(model, key), values)
    if _has_null(row):
        msg = "a new record sends no null: its column may not exist yet"
        raise Inexpressible(msg)
    return model(**values).with_id(key)


def _changed(record: Record, values: Mapping[str, Any]) -> Record:
    for name, value in values.items():
        setattr(record, name, value)
    return record


def _acl(data: JSON) -> ACL:
    """Return the ACL that a user writes for the entries *data*."""
    acl = ACL()
    for entry in data if isinstance(data, list) else [data]:
        acl = _granted(acl, entry)
    return acl


def _granted(acl: ACL, entry: JSON) -> ACL:
    who = dict(entry) if isinstance(entry, dict) else {}
    level: Any = who.pop("level", None)
    if level not in {"read", "write"}:
        who = {}
    match who:
        case {"public": True} if len(who) == 1:
            return acl.public(level)
        case {"role": str(role)} if len(who) == 1:
            return acl.role(role, level)
        case {"user_id": str(user)} if len(who) == 1:
            return acl.user(user, level)
        case {"relation": str(relation)} if len(who) == 1:
            return acl.relation(relation, level)
        case {"relation": str(relation), "user_id": str(user)} if len(who) == 2:
            return ACL((*acl.grants, RelationGrant(relation, level, user)))
        case _:
            msg = "no grant of an ACL is like that"
            raise Inexpressible(msg)
