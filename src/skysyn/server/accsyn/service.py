"""Service: what each operation does, for one caller."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from skysyn.dialects.accsyn.refusals import invalid
from skysyn.models import Call, Delete, Entries, Fetch, Save, Select

from . import calls, editing, granting, jobs, making, removing, shares
from .finding import Finding
from .printing import Printer
from .tables import JOB_KINDS, SHARE_KINDS, family_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from skysyn.models import JSON, Operation, Result

    from .context import Context

_NEVER_MADE = {
    "workspace": "accsyn's web pages",
    "engine": "accsyn's web pages",
    "task": "the id of a job",
    "file": "file/add",
}
_ALONE = {
    "user": making.make_user,
    "queue": making.make_queue,
    "site": making.make_site,
}
_MOVED = {"job", "task", *JOB_KINDS}


def writes(operation: Operation) -> bool:
    """Whether *operation* may change anything."""
    match operation:
        case Select() | Fetch():
            return False
        case Call(name=name):
            return not name.startswith("GET ")
        case _:
            return True


def looks_at_jobs(operation: Operation) -> bool:
    """Whether time must have done its work on jobs before *operation*."""
    match operation:
        case Select(collection=kind):
            return kind in _MOVED
        case Fetch(ids=ids):
            return any(one.type in _MOVED for one in ids)
        case Call(name=name):
            return any(kind in name for kind in (*_MOVED, "user", "file"))
        case _:
            return True


def answer_event(context: Context, operation: Operation) -> Result:
    """Do what *operation* asks.

    Raises:
        RemoteError: it cannot be done, or the caller may not.
    """
    match operation:
        case Select(collection="acl"):
            return granting.find(context, operation)
        case Select():
            return Finding.of(context, operation.collection).find(operation)
        case Fetch():
            return _fetch(context, operation)
        case Save():
            return _save(context, operation)
        case Delete():
            [gone] = operation.ids
            is_gone = removing.delete(context, gone.type, gone.key)
            return Entries((b"",) if is_gone else ())
        case Call():
            return calls.answer(context, operation)


def _fetch(context: Context, fetch: Fetch) -> Entries:
    [wanted] = fetch.ids
    found = Finding.of(context, wanted.type).get(wanted.key)
    if found is not None and fetch.scope is not None:
        parent = found.get("job") or found.get("_collection") or found.get("parent")
        found = found if parent == fetch.scope else None
    printer = Printer(context)
    return Entries(() if found is None else (printer.bytes(found),))


def _save(context: Context, save: Save) -> Result:
    first = save.rows[0]
    kind = first.id.type
    if family_of(kind) is None:
        msg = f"no such entity type: {kind:.40}"
        raise invalid(msg)
    if save.scope is not None:
        return _entries(
            context, kind, editing.edit_tasks(context, save.scope, save.rows)
        )
    data = cast("Mapping[str, JSON]", first.fields)
    if first.id.key.startswith("new:"):
        return _entries(context, kind, make(context, kind, data))
    return _entries(context, kind, [editing.edit(context, kind, first.id.key, data)])


def make(context: Context, kind: str, data: Mapping[str, JSON]) -> list[str]:
    """Make what *data* describe, and return the ids."""
    if not data:
        msg = f"{kind} create: nothing is given"
        raise invalid(msg)
    if kind in {"job", "share"}:
        kind = _alias(kind, data)
    alone = _ALONE.get(kind)
    if alone is not None:
        return [alone(context, data)]
    if kind in JOB_KINDS:
        return jobs.make(context, kind, data)
    if kind in SHARE_KINDS:
        return [shares.make(context, kind, data)]
    by = _NEVER_MADE.get(kind, "accsyn's installers")
    msg = f"{kind} cannot be created here: it takes {by}"
    raise invalid(msg)


def _alias(kind: str, data: Mapping[str, JSON]) -> str:
    """Return what an older name means."""
    if kind == "share":
        return "folder"
    return "compute" if "engine" in data or "app" in data else "transfer"


def _entries(context: Context, kind: str, keys: list[str]) -> Entries:
    finding, printer = Finding.of(context, kind), Printer(context)
    rows = [finding.get(key) for key in keys]
    return Entries(tuple(printer.bytes(row) for row in rows if row is not None))
