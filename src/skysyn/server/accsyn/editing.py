"""Editing: changes of what is stored, by the rules of each entity type."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from skysyn.dialects.accsyn.catalog import find_model
from skysyn.dialects.accsyn.refusals import denied, invalid, unknown
from skysyn.models import ReadOnly

from . import accounts, adding, journal, making, moving, tasks
from .arriving import Arriving
from .finding import Finding
from .given import Given
from .tables import (
    ACLS,
    CLIENTS,
    JOB_KINDS,
    JOBS,
    SHARES,
    TASKS,
    USERS,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from skysyn.models import JSON
    from skysyn.models import Row as Sent

    from .context import Context
    from .work import Row

_CLOSED = {"file", "acl", "workspace", "setting"}
"""What is changed by other operations, if at all."""


def changeable(kind: str) -> list[str]:
    """Return the attributes of an entity type that may be changed."""
    fields = find_model(kind).__sky_fields__.values()
    return [field.wire for field in fields if not isinstance(field, ReadOnly)]


def writable_row(context: Context, kind: str, key: str, what: str) -> Row:
    """Return the entity with this id, which the caller may change.

    Raises:
        RemoteError: it may not, or there is none.
    """
    finding = Finding.of(context, kind)
    found = finding.get(key)
    if found is not None and found["_archived"]:
        found = None
    if found is None and context.caller.is_admin:
        msg = f"{kind} {key:.80}"
        raise unknown(msg)
    # whether there is one that they may not see is nobody's business
    if found is None or not finding.is_writable(str(found["id"])):
        refused = f"{kind} {key:.80} {what}"
        raise denied(refused)
    return found


def edit(context: Context, kind: str, key: str, data: Mapping[str, JSON]) -> str:
    """Change an entity, and return its id."""
    if kind in _CLOSED:
        msg = f"{kind} cannot be edited"
        raise invalid(msg)
    if kind == "task":
        return _edit_task_alone(context, key, data)
    found = writable_row(context, kind, key, "write")
    given = Given(context, str(found["_kind"]), data)
    if not data:
        msg = f"{kind}: nothing to change is given"
        raise invalid(msg)
    given.refuse_others(changeable(given.kind))
    _apply(context, found, given)
    journal.note(context, given.kind, key, f"edited {', '.join(sorted(data))}"[:500])
    return str(found["id"])


def _apply(context: Context, found: Row, given: Given) -> None:
    values = given.stored(*changeable(given.kind))
    family = Finding.of(context, given.kind).family
    status = values.pop("status", None) if given.kind in JOB_KINDS else None
    if given.kind in JOB_KINDS:
        values = _job_values(context, values)
    _check(context, found, given, values)
    values |= _keyed(found, values)
    if family is CLIENTS and "status" in values:
        values["status"] = _client_status(str(found["status"]), str(values["status"]))
    values["modified"] = context.now
    values["modifier"] = context.caller.code
    context.work.change(family.table, str(found["id"]), values)
    _follow(context, found, values)
    if found["_kind"] == "queue":
        # jobs go on as it is by now: paused, let go, more important
        arriving = Arriving(context.settings, context.neighbours, context.files)
        moving.advance(context.work, context.neighbours, arriving)
    if status is not None:
        moving.order(context, str(found["id"]), str(status))


def _job_values(context: Context, values: dict[str, object]) -> dict[str, object]:
    """Return what changes of a job: its code is its name; its queue is its place."""
    name = values.get("name") or values.get("code")
    if name is not None:
        values |= {"name": name, "code": name}
    queue = values.get("queue")
    if queue is not None:
        row = context.work.get(JOBS.table, str(queue))
        if row is not None:
            values |= {"parent": row["id"], "uri": f"{row['uri']}/{row['name']}"}
    return values


def _keyed(found: Row, values: Mapping[str, object]) -> dict[str, object]:
    """Return the key that a new code is found by."""
    if found.get("_key") is None or "code" not in values:
        return {}
    code = values["code"]
    if not isinstance(code, str) or not code.strip():
        msg = f"{found['_kind']}.code: it cannot be empty"
        raise invalid(msg)
    return {"_key": code.strip().lower(), "code": code.strip()}


def _check(
    context: Context, found: Row, given: Given, values: Mapping[str, object]
) -> None:
    """Raise RemoteError if this change is not the caller's to make."""
    kind, caller = given.kind, context.caller
    if "role" in values and values["role"] is None:
        msg = "user.role: it cannot be empty"
        raise invalid(msg)
    if kind == "user" and "role" in values and not caller.is_admin:
        what = "user role write"
        raise denied(what)
    if (
        kind == "user"
        and values.get("status") == "disabled"
        and _is_last(context, found)
    ):
        msg = "user: the last administrator cannot be disabled"
        raise invalid(msg)
    if values.get("default") is False and found.get("default"):
        msg = f"{kind}.default: make another one the default instead"
        raise invalid(msg)
    if "status" in values and values["status"] is None:
        msg = f"{kind}.status: it cannot be empty"
        raise invalid(msg)


def _is_last(context: Context, found: Row) -> bool:
    table = USERS.table
    admins = context.work.rows(
        table,
        table.c.role == "admin",
        table.c.status == "enabled",
        table.c.inactive.is_(False),
        table.c["_archived"].is_(False),
    )
    return [row["id"] for row in admins] == [found["id"]]


def _client_status(now: str, wanted: str) -> str:
    """Return the status of a client that is written, which keeps being offline."""
    is_off = now in {"offline", "disabled-offline"}
    if wanted == "disabled":
        return "disabled-offline" if is_off else "disabled"
    return "offline" if is_off else "online"


def _follow(context: Context, found: Row, values: Mapping[str, object]) -> None:
    """Do what a change entails elsewhere."""
    work, key = context.work, str(found["id"])
    if found["_kind"] == "queue":
        making.keep_one_default(context, {"id": key, **values})
    if found["_kind"] == "volume" and values.get("default") is True:
        table = SHARES.table
        others = table.c["_kind"] == "volume", table.c.id != key
        work.update(table, {"default": False}, *others)
    if found["_kind"] != "user":
        return
    if values.get("role", found["role"]) != found["role"]:
        # another role is another person, as far as access goes
        work.delete(ACLS.table, ACLS.table.c.entity == f"user:{key}")
    if values.get("status") == "disabled":
        accounts.close_sessions(work, key)


def edit_tasks(context: Context, job: str, rows: Sequence[Sent]) -> list[str]:
    """Change several tasks of a job, each by its id or uri; return their ids."""
    found = writable_row(context, "job", job, "write")
    known = tasks.of_job(context, str(found["id"]))
    by_name = {str(row[name]): row for name in ("uri", "id") for row in known}
    meant: list[tuple[Row, dict[str, Any]]] = []
    for row in rows:
        if row.id.key not in by_name:
            msg = f"task {row.id.key:.80}"
            raise unknown(msg)
        meant.append((by_name[row.id.key], dict(row.fields)))
    for task, data in meant:
        _edit_task(context, str(found["id"]), task, data)
    return [str(task["id"]) for task, _ in meant]


def _edit_task_alone(context: Context, key: str, data: Mapping[str, JSON]) -> str:
    task = context.work.get(TASKS.table, key)
    if task is None or Finding.of(context, "task").get(key) is None:
        msg = f"task {key:.80}"
        raise unknown(msg)
    writable_row(context, "job", str(task["job"]), "write")
    _edit_task(context, str(task["job"]), task, data)
    return key


def _edit_task(context: Context, job: str, task: Row, data: Mapping[str, JSON]) -> None:
    given = Given(context, "task", data)
    given.refuse_others(("status", "priority", "metadata", "uri", "id"))
    values = given.stored("status", "priority", "metadata")
    status = values.pop("status", None)
    uri = given.text("uri")
    if uri is not None and uri != task["uri"]:
        msg = "task.uri: it is set when the task is made"
        raise invalid(msg)
    if any(value is None for value in values.values()):
        msg = "task: a priority cannot be empty"
        raise invalid(msg)
    context.work.change(TASKS.table, str(task["id"]), values)
    if status is not None:
        moving.order_task(context, job, str(task["id"]), str(status))


def add_tasks(context: Context, job: str | None, data: Mapping[str, JSON]) -> list[Row]:
    """Add tasks to the job with this id."""
    if job is None:
        msg = "task create: the id of a job is needed"
        raise invalid(msg)
    found = writable_row(context, "job", job, "write")
    given = Given(context, "task", data)
    flags = ("allow_duplicates", "replace_duplicates")
    may_repeat, _ = (given.flag(name) is not False for name in flags)
    listed = data.get("tasks") or {k: v for k, v in data.items() if k not in flags}
    if not listed:
        msg = "tasks: none are given"
        raise invalid(msg)
    return adding.add(context, found, listed, may_repeat=may_repeat)
