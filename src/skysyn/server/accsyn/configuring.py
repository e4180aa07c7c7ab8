"""Configuring: settings of the workspace and of single entities (protocol §9)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skysyn.dialects.accsyn.refusals import denied, invalid
from skysyn.models import Answer

from . import journal
from .editing import writable_row
from .finding import Finding
from .given import Given
from .tables import JOBS, SHARES, family_of, setting

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import ColumnElement

    from skysyn.models import JSON

    from .context import Context
    from .work import Row

_WORKSPACE = "workspace"
DEFAULTS: dict[str, str] = {
    "transfer_speedlimit": "-1",
    "task_bucketsize": "100",
    "transfer_mode": "copy",
    "job_max_retries": "0",
    "job_autoretray_delay_s": "60",
    "job_on_missing": "fail",
    "compute_avoid": "enable-clear-on-resume",
}
"""What settings are that nobody has changed."""
_NAME, _VALUE = 200, 100_000


def read(context: Context, key: str | None, data: Mapping[str, JSON]) -> Answer:
    """Return one setting, or all of them."""
    kind, entity = _scope(context, key, data)
    _need_read(context, kind, entity)
    given = Given(context, "setting", data)
    name = given.text("name")
    if name is None:
        return Answer(_all(context, kind, entity, given))
    if given.text("integration") is not None:
        name = f"{given.text('integration')}.{name}"
    for scope in _chain(context, kind, entity):
        found = _own(context, *scope)
        if name in found:
            return Answer(found[name])
    return Answer(DEFAULTS.get(name))


def _all(context: Context, kind: str, entity: str, given: Given) -> dict[str, JSON]:
    """Return settings by name: own ones, inherited ones `upstream`, and defaults."""
    scopes = _chain(context, kind, entity) if given.flag("upstream") else []
    found: dict[str, JSON] = {}
    if given.flag("omit_defaults") is False:
        found |= DEFAULTS
    for scope in reversed([(kind, entity), *scopes]):
        found |= _own(context, *scope)
    if given.flag("recursive"):
        found |= _below(context, entity)
    return found


def _below(context: Context, entity: str) -> dict[str, JSON]:
    """Return the settings of the shares below one, by their ids."""
    table = SHARES.table
    rows = context.work.rows(table, table.c.parent == entity)
    own = {
        str(row["id"]): _own(context, str(row["_kind"]), str(row["id"])) for row in rows
    }
    return {key: dict(values) for key, values in own.items() if values}


def write(context: Context, key: str | None, data: Mapping[str, JSON]) -> Answer:
    """Set a setting."""
    kind, entity = _scope(context, key, data)
    _need_write(context, kind, entity)
    name, value = _name(context, data), data.get("value")
    if not isinstance(value, str) or len(value) > _VALUE or "\0" in value:
        msg = f"setting.value: a text is wanted, of at most {_VALUE} characters"
        raise invalid(msg)
    row = {"entitytype": kind, "entity": entity, "name": name, "value": value}
    context.work.delete(setting, *_same(kind, entity), setting.c.name == name)
    context.work.insert(setting, row)
    journal.note(context, kind, entity, f"set {name}")
    return Answer(True)


def clear(context: Context, key: str | None, data: Mapping[str, JSON]) -> Answer:
    """Take a setting back to its default; return whether it was set."""
    kind, entity = _scope(context, key, data)
    _need_write(context, kind, entity)
    name = _name(context, data)
    same = *_same(kind, entity), setting.c.name == name
    return Answer(context.work.delete(setting, *same) > 0)


def _name(context: Context, data: Mapping[str, JSON]) -> str:
    name = Given(context, "setting", data).text("name")
    if name is None or len(name) > _NAME:
        msg = f"setting.name: a name is wanted, of at most {_NAME} characters"
        raise invalid(msg)
    return name


def _scope(
    context: Context, key: str | None, data: Mapping[str, JSON]
) -> tuple[str, str]:
    """Return the entity type and id that settings belong to."""
    kind = (Given(context, "setting", data).text("entitytype") or _WORKSPACE).lower()
    if kind == "organization":
        kind = _WORKSPACE
    if kind == _WORKSPACE:
        return kind, ""
    if family_of(kind) is None:
        msg = f"setting.entitytype: no such entity type: {kind:.40}"
        raise invalid(msg)
    if key is None:
        msg = f"setting: the id of a {kind} is needed"
        raise invalid(msg)
    return kind, key


def _need_read(context: Context, kind: str, entity: str) -> None:
    if kind == _WORKSPACE:
        if context.caller.is_standard:
            what = "setting read"
            raise denied(what)
        return
    if Finding.of(context, kind).get(entity) is None:
        what = f"{kind} {entity:.80} setting read"
        raise denied(what)


def _need_write(context: Context, kind: str, entity: str) -> None:
    if kind != _WORKSPACE:
        writable_row(context, kind, entity, "setting write")
    elif not context.caller.is_admin:
        what = "setting write"
        raise denied(what)


def _same(kind: str, entity: str) -> tuple[ColumnElement[bool], ...]:
    if kind == _WORKSPACE:
        return (setting.c.entitytype == kind, setting.c.entity == "")
    # an id is one of any entity type, whichever it was called by
    return (setting.c.entity == entity,)


def _own(context: Context, kind: str, entity: str) -> dict[str, JSON]:
    rows = context.work.rows(setting, *_same(kind, entity))
    return {str(row["name"]): str(row["value"]) for row in rows}


def _chain(context: Context, kind: str, entity: str) -> list[tuple[str, str]]:
    """Return where a setting is looked for: here, above, and in the workspace."""
    found: list[tuple[str, str]] = [] if kind == _WORKSPACE else [(kind, entity)]
    row = _row(context, kind, entity)
    while row is not None and len(found) < 16:
        above = row.get("parent") or row.get("queue")
        parent = None if above is None else _any(context, str(above))
        if parent is not None:
            found.append((str(parent["_kind"]), str(parent["id"])))
        row = parent
    return [*found, (_WORKSPACE, "")]


def _row(context: Context, kind: str, entity: str) -> Row | None:
    family = family_of(kind)
    return None if family is None else context.work.get(family.table, entity)


def _any(context: Context, key: str) -> Row | None:
    tables = (JOBS.table, SHARES.table)
    return next((row for t in tables if (row := context.work.get(t, key))), None)
