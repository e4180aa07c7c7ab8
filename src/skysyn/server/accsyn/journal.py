"""Journal: what was done in a workspace, and who did it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, or_, select

from skysyn.dialects.accsyn.refusals import denied, invalid
from skysyn.models import Answer
from skysyn.server.store import texts

from .printing import Printer
from .tables import log
from .work import new_id

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import ColumnElement, RowMapping

    from skysyn.models import JSON

    from .context import Context

_PAGE, _MOST = 100, 1000
_SORTS = {"date", "user", "entitytype", "message"}


def note(context: Context, kind: str, key: str, message: str) -> None:
    """Note that the caller did something to an entity."""
    context.work.insert(
        log,
        {
            "id": new_id(context.now),
            "date": context.now,
            "user": context.caller.code,
            "entitytype": kind,
            "entity": key,
            "message": message,
        },
    )


def find(context: Context, key: str | None, data: Mapping[str, JSON]) -> Answer:
    """Return a page of the log of the workspace, or of one entity."""
    if context.caller.is_standard:
        what = "log read"
        raise denied(what)
    conditions = [context.work.here(log), *_scope(key, data), *_search(context, data)]
    count = select(func.count()).select_from(log).where(*conditions)
    total = context.work.connection.execute(count).scalar_one()
    page, limit, skip = _page(data)
    statement = select(log).where(*conditions).order_by(*_order(data))
    rows = context.work.connection.execute(statement.limit(limit).offset(skip))
    printer = Printer(context)
    found = [_shown(printer, row) for row in rows.mappings()]
    shown: JSON = {"page": page, "limit": limit, "skip": skip, "total": total}
    return Answer(found, {"total": total, "pagination": shown})


def _order(data: Mapping[str, JSON]) -> list[ColumnElement[Any]]:
    sort = str(data.get("sort") or "date")
    if sort not in _SORTS:
        msg = f"sort: {sort!r:.40} is none of {', '.join(sorted(_SORTS))}"
        raise invalid(msg)
    keys: list[ColumnElement[Any]] = [log.c[sort], log.c.id]
    return [key.desc() for key in keys] if data.get("sort_reverse") is True else keys


def _shown(printer: Printer, row: RowMapping) -> JSON:
    texts = ("id", "user", "entitytype", "entity", "message")
    return {
        **{name: str(row[name]) for name in texts},
        "date": printer.date(row["date"]),
    }


def _scope(key: str | None, data: Mapping[str, JSON]) -> list[ColumnElement[bool]]:
    if key is not None:
        return [log.c.entity == key]
    kind = str(data.get("entitytype") or "workspace").lower()
    return [] if kind == "workspace" else [log.c.entitytype == kind]


def _search(context: Context, data: Mapping[str, JSON]) -> list[ColumnElement[bool]]:
    text = data.get("search")
    if not text:
        return []
    if not isinstance(text, str):
        msg = "search: text is wanted"
        raise invalid(msg)
    is_sqlite = context.work.is_sqlite
    part = func.lower(text.replace("\0", ""))
    columns = (log.c.message, log.c.user, log.c.entitytype)
    held = [texts.holds(func.lower(c), part, is_sqlite=is_sqlite) for c in columns]
    return [or_(*held)]


def _page(data: Mapping[str, JSON]) -> tuple[int, int, int]:
    given = data.get("pagination")
    asked = given if isinstance(given, dict) else {}
    numbers = [asked.get(name) for name in ("page", "limit", "skip")]
    for number in numbers:
        if number is not None and not (isinstance(number, int) and 0 <= number < 2**31):
            msg = "pagination: whole numbers are wanted"
            raise invalid(msg)
    page, limit, skip = (int(str(n)) if n is not None else None for n in numbers)
    size = min(limit or _PAGE, _MOST)
    return page or 1, size, skip if skip is not None else ((page or 1) - 1) * size
