"""Actions on relations: who follows whom, and who is a friend."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import ScalarSelect, and_, delete, func, insert, select

from skysyn.dialects.skygear.batches import load_all, load_plain, load_texts
from skysyn.dialects.skygear.refusals import (
    dump,
    refuse,
    undecodable,
    unexpected,
)
from skysyn.models import JSON, Answer
from skysyn.server import chains
from skysyn.server.store import records, rights, system, users
from skysyn.server.store.field_rights import FieldRights
from skysyn.server.store.printing import Printer

from .action import Action

if TYPE_CHECKING:
    from sqlalchemy import Table

    from skysyn.server.context import Context
    from skysyn.server.store import Work

_CHAIN = (chains.authn, chains.optional_user, chains.database, chains.verified)


class _Query(msgspec.Struct):
    name: str = ""
    direction: str = ""
    limit: float = 0
    offset: float = 0


def query(context: Context) -> Answer:
    """Return the users that are related with the one who asks."""
    asked = load_all(context.asked.payload, _Query)
    limit, offset = _number(asked.limit), _number(asked.offset)
    table, direction = _named(asked.name), _direction(asked.direction)
    me = context.caller.user_id
    if me is None:
        return Answer([], {"count": 0})
    with context.store.read() as work:
        related = system.auth.c.id
        where = related.in_(_related(table, direction, me))
        paged = select(related).where(where).order_by(related).offset(offset)
        if limit:
            paged = paged.limit(limit)
        found = list(work.connection.execute(paged).scalars())
        counted = select(func.count()).select_from(system.auth).where(where)
        count = work.connection.execute(counted).scalar_one()
        entries = _entries(context, work, found)
    shown = [entries[user] for user in found if user in entries]
    return Answer(shown, {"count": count})


def _number(said: float) -> int:
    """Return the whole number that *said* is cut to."""
    if said < 0:
        raise undecodable()
    return min(int(said), 2**62)


def _direction(said: str) -> str:
    if said not in {"", "outward", "inward", "mutual"}:
        msg = "only outward, inward and mutual direction is allowed"
        raise refuse(108, msg, arguments=["direction"])
    return said or "mutual"


def _related(table: Table, direction: str, me: str) -> ScalarSelect[str]:
    mine, theirs = table.c.left_id, table.c.right_id
    outward = select(theirs).where(mine == me)
    inward = select(mine).where(theirs == me)
    match direction:
        case "outward":
            return outward.scalar_subquery()
        case "inward":
            return inward.scalar_subquery()
        case _:
            return outward.where(theirs.in_(inward)).scalar_subquery()


def add(context: Context) -> JSON:
    """Relate the one who asks with others."""
    table, targets = _asked(context)
    me = context.caller.user_id
    if me is None:
        msg = "Authentication is required for this action, please login."
        raise refuse(101, msg)
    with context.store.write() as work:
        entries = _entries(context, work, users.existing(work, targets))
        known = and_(table.c.left_id == me, table.c.right_id.in_(entries))
        had = set(
            work.connection.execute(select(table.c.right_id).where(known)).scalars()
        )
        rows = [{"left_id": me, "right_id": user} for user in entries.keys() - had]
        if rows:
            work.connection.execute(insert(table), rows)
    return [entries.get(user) or _unknown(user) for user in targets]


def _unknown(user: str) -> JSON:
    error = unexpected(f"failed to fetch user id = {user}")
    return {"id": user, "type": "error", "data": dump(error)}


def remove(context: Context) -> JSON:
    """Part the one who asks from others; nobody is related with anyone."""
    table, targets = _asked(context)
    me = context.caller.name
    removed: list[JSON] = []
    with context.store.write() as work:
        for user in targets:
            pair = and_(table.c.left_id == me, table.c.right_id == user)
            done = work.connection.execute(delete(table).where(pair))
            missing: JSON = {"id": user, "type": "error", "data": {}}
            removed.append({"id": user} if done.rowcount else missing)
    return removed


def _asked(context: Context) -> tuple[Table, tuple[str, ...]]:
    """Return which relation is to be changed, and with whom."""
    payload = context.asked.payload
    name = load_plain(payload, "name", str) or ""
    targets = load_texts(payload, "targets") or ()
    return _named(name), targets


def _named(name: str) -> Table:
    table = system.RELATIONS.get(name.removeprefix("_"))
    if table is None:
        raise refuse(111, "Only friend and follow relation is supported")
    return table


def _entries(context: Context, work: Work, found: list[str]) -> dict[str, JSON]:
    """Return the entries of users whose records the one who asks may see."""
    caller = context.caller
    printer = Printer(work, FieldRights(work.catalog, caller), context.services.sign)
    loaded = records.load(work, "user", found, context.scope)
    return {
        key: {"id": key, "type": "user", "data": printer.object(record)}
        for key, record in loaded.items()
        if rights.may(caller, "read", owner=record.owner, access=record.access)
    }


ACTIONS = {
    "relation:query": Action(_CHAIN, query),
    "relation:add": Action(_CHAIN, add),
    "relation:remove": Action(_CHAIN, remove),
}
