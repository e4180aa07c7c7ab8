"""Describing: what entity types and attributes there are, reports and metrics."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from skysyn.dialects.accsyn import creation, listening
from skysyn.dialects.accsyn.catalog import ENTITIES
from skysyn.dialects.accsyn.refusals import denied, invalid, unknown
from skysyn.errors import QueryError
from skysyn.models import Answer, Select

from . import jobs, making, shares, tasks
from .editing import changeable
from .finding import Finding
from .printing import Printer
from .scopes import Scope
from .tables import JOB_KINDS, SHARE_KINDS, family_of, fields_of
from .work import members

if TYPE_CHECKING:
    from collections.abc import Mapping

    from skysyn.models import JSON

    from .context import Context
    from .work import Row

_HIDDEN = {"acl"}
_MORE = ("setting", "log")
_STANDARD = ("user", "transfer", "delivery", "request", "stream", "job", "task")
_MEASURED = ("speed", "progress", "size")


def entity_types(context: Context) -> Answer:
    """Return the entity types that the caller may use."""
    found = [model.__collection__ for model in ENTITIES]
    known = [name for name in found if name not in _HIDDEN] + list(_MORE)
    if context.caller.is_standard:
        seen = {*_STANDARD, "folder", "home", "collection", "share", "file", "client"}
        known = [name for name in known if name in seen]
    return Answer(list(known))


def attributes(context: Context, data: Mapping[str, JSON]) -> Answer:
    """Return the attributes of an entity type to read, to give or to change."""
    del context
    kind = str(data.get("entitytype") or "").strip().lower()
    if family_of(kind) is None:
        msg = f"entitytype: no such entity type: {kind:.40}"
        raise invalid(msg)
    if data.get("create") is True:
        return Answer(list(_creatable(kind)))
    if data.get("update") is True:
        return Answer([] if kind in {"acl", "file"} else list(changeable(kind)))
    return Answer(list(fields_of(kind)))


def _creatable(kind: str) -> tuple[str, ...]:
    family = family_of(kind)
    meant = "transfer" if kind == "job" else "folder" if kind == "share" else kind
    if meant in JOB_KINDS:
        return jobs.ALLOWED[meant]
    if meant in SHARE_KINDS:
        return shares.ALLOWED[meant]
    if meant == "task":
        names = attrs.fields(creation.NewTask)
        return tuple(attribute.name for attribute in names)
    del family
    made = {"user": making.USER, "queue": making.QUEUE, "site": making.SITE}
    return made.get(meant, ("files",) if meant == "file" else ())


def _meant(context: Context, kind: str, query: str | None) -> list[Row]:
    """Return the rows that a query means, in any state."""
    try:
        where = listening.where(query)
    except QueryError as error:
        msg = f"invalid query: {error}"
        raise invalid(msg) from None
    finding = Finding.of(context, kind)
    asked = Select(kind, where=where, limit=100)
    active = finding.rows(asked, Scope())
    return active or finding.rows(asked, Scope(is_finished=True))


def report(context: Context, kind: str, query: str | None) -> Answer:
    """Return a text for support on what a query means."""
    if context.caller.is_standard:
        what = f"{kind} report"
        raise denied(what)
    printer = Printer(context)
    lines: list[str] = []
    for row in _meant(context, kind, query):
        shown = printer.object(row)
        lines.append(f"{row['_kind']} {row['id']}")
        lines += [f"  {name}: {value}" for name, value in shown.items() if name != "id"]
        if row["_kind"] in JOB_KINDS:
            parts = tasks.of_job(context, str(row["id"]))
            lines += [f"  task {task['uri']}: {task['status']}" for task in parts]
            lines += [f"  {fault}" for task in parts if (fault := _fault(task))]
    return Answer(None, {"report": "\n".join(lines)})


def _fault(row: Row) -> str | None:
    found = members(row.get("_life")).get("fault")
    return found if isinstance(found, str) else None


def metrics(
    context: Context, kind: str, query: str | None, data: Mapping[str, JSON]
) -> Answer:
    """Return what is measured of the entities that a query means, now."""
    rows = _meant(context, kind, query)
    if not rows:
        msg = f"{kind}: nothing that the query means"
        raise unknown(msg)
    asked = data.get("attributes")
    usual = "speed" if "speed" in fields_of(kind) else "metrics"
    names = [str(name) for name in asked] if isinstance(asked, list) else [usual]
    allowed = {name for name in fields_of(kind) if name in _MEASURED} | {"metrics"}
    for name in names:
        if name not in allowed:
            msg = f"metrics: {kind} measures no {name!r:.40}"
            raise invalid(msg)
    found: dict[str, JSON] = {name: [row.get(name) for row in rows] for name in names}
    return Answer(found)
