"""Actions on relations: who follows whom, and who is a friend."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import ScalarSelect, and_, delete, func, insert, select

from skysyn.dialects.skygear.batches import load_plain, load_texts
from skysyn.dialects.skygear.questions import load_count
from skysyn.dialects.skygear.refusals import dump, refuse, unexpected
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


def query(context: Context) -> Answer:
    """Return the users that are related with the one who asks."""
    table = _table(context)
    payload = context.asked.payload
    me = context.caller.user_id
    if me is None:
        return Answer([], {"count": 0})
    direction = load_plain(payload, "direction", str) or "mutual"
    with context.store.read() as work:
        related = system.auth.c.id
        where = related.in_(_related(table, direction, me))
        asked = select(related).where(where).order_by(related)
        limit, offset = (load_count(payload.get(k)) or 0 for k in ("limit", "offset"))
        paged = asked.offset(offset) if offset > 0 else asked
        paged = paged.limit(limit) if limit > 0 else paged
        found = list(work.connection.execute(paged).scalars())
        counted = select(func.count()).select_from(system.auth).where(where)
        count = work.connection.execute(counted).scalar_one()
        entries = _entries(context, work, found)
    shown = [entries[user] for user in found if user in entries]
    return Answer(shown, {"count": count})


def _related(table: Table, direction: str, me: str) -> ScalarSelect[str]:
    mine, theirs = table.c.left_id, table.c.right_id
    outward = select(theirs).where(mine == me)
    inward = select(mine).where(theirs == me)
    match direction:
        case "outward":
            return outward.scalar_subquery()
        case "inward":
            return inward.scalar_subquery()
        case "mutual":
            return outward.where(theirs.in_(inward)).scalar_subquery()
        case _:
            raise refuse(108, "unknown direction", arguments=["direction"])


def add(context: Context) -> JSON:
    """Relate the one who asks with others."""
    table, me = _table(context), _me(context)
    targets = _targets(context)
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
    """Part the one who asks from others."""
    table, me = _table(context), _me(context)
    targets = _targets(context)
    removed: list[JSON] = []
    with context.store.write() as work:
        for user in targets:
            pair = and_(table.c.left_id == me, table.c.right_id == user)
            done = work.connection.execute(delete(table).where(pair))
            missing: JSON = {"id": user, "type": "error", "data": {}}
            removed.append({"id": user} if done.rowcount else missing)
    return removed


def _table(context: Context) -> Table:
    name = load_plain(context.asked.payload, "name", str) or ""
    table = system.RELATIONS.get(name.removeprefix("_"))
    if table is None:
        raise refuse(111, f'relation "{name:.80}" is not supported')
    return table


def _me(context: Context) -> str:
    me = context.caller.user_id
    if me is None:
        raise refuse(101, "Authentication is required for this action, please login.")
    return me


def _targets(context: Context) -> tuple[str, ...]:
    targets = load_texts(context.asked.payload, "targets")
    if targets is None:
        raise refuse(108, "missing targets", arguments=["targets"])
    return targets


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
