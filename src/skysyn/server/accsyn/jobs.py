"""Jobs: making transfers, computations, deliveries, requests and streams."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from skysyn.dialects.accsyn.refusals import denied, invalid, taken, unknown

from . import adding, journal, making, moving, recipients, roles, tasks
from .finding import Finding
from .given import Given
from .parties import find_end, parse, workspace_party
from .receiving import bare
from .references import default_queue, resolve
from .standpoint import Standpoint
from .tables import ENGINES, JOBS, SHARED_KINDS, TASKS
from .work import members

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from skysyn.models import JSON

    from .context import Context
    from .work import Row

_COMMON = (
    *("code", "name", "queue", "settings", "metadata", "description", "parent"),
    *("status", "tasks", "source", "destination", "hooks", "mirror_paths", "mirror"),
    *("allow_duplicates", "replace_duplicates", "append", "recipients"),
)
ALLOWED: dict[str, tuple[str, ...]] = {
    "transfer": _COMMON,
    "compute": (
        *_COMMON,
        *("engine", "app", "input", "output", "range", "dependencies", "filters"),
        *("parameters", "envs"),
    ),
    **dict.fromkeys(SHARED_KINDS, (*_COMMON, "public")),
}
_SPEC = (
    *("hooks", "mirror_paths", "mirror", "append", "input", "output", "range"),
    *("dependencies", "filters", "parameters", "envs", "source", "destination"),
)
_STARTS = {"waiting", "paused"}
_PARCEL_STARTS = {"init", "pending", "waiting"}


def make(context: Context, kind: str, data: Mapping[str, JSON]) -> list[str]:
    """Make a job, or one for each recipient of a transfer; return their ids."""
    given = Given(context, kind, data)
    given.refuse_others(ALLOWED[kind])
    if kind in SHARED_KINDS:
        return [_make_shared(context, kind, given)]
    several = given.texts("recipients")
    if several:
        return [_make_job(context, kind, given, to=party) for party in several]
    return [_make_job(context, kind, given)]


def _make_job(context: Context, kind: str, given: Given, to: str | None = None) -> str:
    parent = _parent(context, given)
    wanted = _wanted(context, kind, given, parent)
    ends = _ends(context, kind, given, parent, to)
    row = _row(context, kind, given, tasks.name_of(wanted))
    row |= _place(context, kind, given, parent)
    row["status"] = _start(given, _STARTS) or "waiting"
    job = str(row["id"])
    plan = tasks.Planning(context, job, [], ends).plan(wanted)
    row |= _parties(context, plan, parent)
    older = _appendable(context, given, row)
    if older is not None:
        adding.add(context, older, given.data.get("tasks") or _only_ends(given))
        return str(older["id"])
    if kind == "compute":
        row["engine"] = _engine(context, given)
    _check_duplicates(context, given, row, plan)
    context.work.insert(JOBS.table, row)
    context.work.insert(TASKS.table, *(task.row for task in plan))
    moving.begin(context, job)
    journal.note(context, kind, job, "created")
    return job


def _wanted(
    context: Context, kind: str, given: Given, parent: Row | None
) -> list[tasks.Wanted]:
    """Return the tasks of a new job: those that are named, else the only one."""
    if given.data.get("tasks"):
        return tasks.wanted(given.data["tasks"])
    ends = _only_ends(given)
    if kind == "compute":
        # what it computes, until it is told apart into buckets
        return [tasks.Wanted(None, {"source": given.data.get("input")})]
    if "source" not in ends and parent is not None:
        return _downloads(context, given, parent)
    if "source" not in ends:
        msg = f"{kind}: give a source, or tasks"
        raise invalid(msg)
    return [tasks.Wanted(None, ends)]


def _downloads(context: Context, given: Given, parcel: Row) -> list[tasks.Wanted]:
    """Return a task for each file or folder that a delivery has here."""
    if parcel["_kind"] not in SHARED_KINDS:
        return []
    place = f"delivery={parcel['id']}"
    names = context.files.names(place, Standpoint(context))
    end = given.text("destination")
    if end is not None and len(names) > 1 and not end.endswith(("/", "\\")):
        end += "/"
    more: dict[str, JSON] = {} if end is None else {"destination": end}
    return [tasks.Wanted(None, {"source": f"{place}/{name}", **more}) for name in names]


def _only_ends(given: Given) -> dict[str, JSON]:
    names = ("source", "destination")
    return {name: given.data[name] for name in names if name in given.data}


def _ends(
    context: Context, kind: str, given: Given, parent: Row | None, to: str | None
) -> dict[str, str | None]:
    """Return the ends of a job's tasks that name none themselves."""
    del kind
    destination = _party(to) if to else given.text("destination")
    if parent is not None and parent["_kind"] in SHARED_KINDS and destination is None:
        # where that is, is known once the files come
        destination = bare(context.work)
    return {"source": given.text("source"), "destination": destination}


def _party(text: str) -> str:
    """Return a party as a place: what names no machine of its own is one's code."""
    return text if parse(text).host is not None else f"{text}:"


def _row(context: Context, kind: str, given: Given, shown: str | None) -> Row:
    name = given.text("name") or given.text("code") or shown or kind
    spec = {k: given.data[k] for k in _SPEC if given.data.get(k) is not None}
    return {
        **making.fresh(context, kind, given),
        "code": name,
        "name": name,
        "user": context.caller.id,
        "settings": _settings(given),
        "size": -1,
        "progress": 0,
        "speed": -1.0,
        "etr": "",
        "finished": None,
        "_spec": spec,
        "_life": None,
    }


def _settings(given: Given) -> dict[str, JSON]:
    found: Any = given.stored("settings").get("settings") or {}
    return dict(found)


def _start(given: Given, allowed: set[str]) -> str | None:
    status = given.text("status")
    if status is not None and status.lower() not in allowed | {"excluded"}:
        texts = " or ".join(sorted(allowed))
        msg = f"{given.kind}.status: it starts as {texts}, not {status:.40}"
        raise invalid(msg)
    return None if status is None or status == "excluded" else status.lower()


def _parent(context: Context, given: Given) -> Row | None:
    """Return the delivery, request, stream or queue that a job belongs to."""
    named = given.text("parent")
    if named is None:
        return None
    found = Finding.of(context, "job").get(named)
    if found is None and (key := resolve(context, "queue", named)):
        found = context.work.get(JOBS.table, key)
    if found is None or found["_kind"] not in {*SHARED_KINDS, "queue"}:
        msg = f"parent {named:.80}"
        raise unknown(msg)
    return found


def _place(
    context: Context, kind: str, given: Given, parent: Row | None
) -> dict[str, object]:
    """Return where in the tree of queues a job is."""
    named = given.text("queue")
    queue = (
        default_queue(context.work, kind)
        if named is None
        else context.work.get(JOBS.table, resolve(context, "queue", named))
    )
    if parent is not None and parent["_kind"] == "queue" and named is None:
        queue = parent
    if queue is None:
        msg = "there is no default queue: name one"
        raise invalid(msg)
    above = queue if parent is None else parent
    uri = f"{above['uri']}/{above['name']}"
    return {"queue": queue["id"], "parent": above["id"], "uri": uri}


def _parties(
    context: Context, plan: Sequence[tasks.Planned], parent: Row | None
) -> dict[str, object]:
    """Return the one source and the one destination of a job's tasks."""
    here = workspace_party(context)
    found: dict[str, object] = {}
    for name in ("source", "destination"):
        parties = {p for task in plan if (p := getattr(task, name)) is not None}
        if len(parties) > 1:
            msg = f"a job has one {name}, not {len(parties)}"
            raise invalid(msg)
        # what comes from a delivery, or goes into one, is on the workspace's side
        is_received = parent is not None and not parties
        found[name] = next(iter(parties), here if is_received or plan else None)
    if not plan and parent is not None:
        found["destination"] = context.caller.party
    return found


def _engine(context: Context, given: Given) -> str:
    named = given.text("engine") or given.text("app")
    if named is None:
        msg = "compute.engine: an engine is needed"
        raise invalid(msg)
    found = resolve(context, "engine", named)
    engine = context.work.get(ENGINES.table, found)
    if engine is None or engine["status"] != "enabled":
        msg = f"engine {named:.80}"
        raise unknown(msg)
    return found


def _appendable(context: Context, given: Given, row: Row) -> Row | None:
    """Return the caller's job of today between the same ends, to add tasks to."""
    if given.flag("append") is not True:
        return None
    table = JOBS.table
    midnight = context.now.replace(hour=0, minute=0, second=0, microsecond=0)
    same = [table.c[k] == row[k] for k in ("user", "source", "destination", "_kind")]
    found = context.work.rows(
        table, *same, table.c.created >= midnight, table.c["_archived"].is_(False)
    )
    return next((job for job in reversed(found) if _is_appended(job)), None)


def _is_appended(job: Row) -> bool:
    return bool(members(job["_spec"]).get("append"))


def _check_duplicates(
    context: Context, given: Given, row: Row, plan: Sequence[tasks.Planned]
) -> None:
    """Raise Conflict if the same files are under way already, and may not be twice."""
    if given.flag("allow_duplicates") is not False:
        return
    table = JOBS.table
    same = [table.c[k] == row[k] for k in ("user", "source", "destination")]
    running = table.c.status.in_(("init", "waiting", "running", "paused"))
    mine = [adding.both_ends(task.row) for task in plan]
    for job in context.work.rows(table, running, *same):
        theirs = [
            adding.both_ends(task) for task in tasks.of_job(context, str(job["id"]))
        ]
        if any(one in theirs for one in mine):
            msg = f"duplicate: {job['name']} already exists"
            raise taken(msg)


def _check_shared(context: Context, kind: str, given: Given) -> None:
    if context.caller.is_standard or not roles.has_volume(context):
        what = f"{kind} create: access to a volume is needed"
        raise denied(what)
    if given.text("name") is None and given.text("code") is None:
        msg = f"{kind}.name: a name is needed"
        raise invalid(msg)
    destination = given.text("destination")
    if destination is not None:
        find_end(context, destination)


def _make_shared(context: Context, kind: str, given: Given) -> str:
    """Make a job with recipients; with files and recipients it is submitted."""
    _check_shared(context, kind, given)
    row = _row(context, kind, given, None)
    row |= _place(context, kind, given, None)
    row["status"] = _start(given, _PARCEL_STARTS) or "waiting"
    row["public"] = bool(given.flag("public"))
    job = str(row["id"])
    listed = given.data.get("tasks")
    asked = tasks.wanted(listed) if listed else []
    if kind != "request" and not asked:
        row["status"] = "init"
    plan = tasks.Planning(context, job, [], {}).plan(asked)
    context.work.insert(JOBS.table, row)
    context.work.insert(TASKS.table, *(task.row for task in plan))
    for who in given.texts("recipients"):
        recipients.add(context, row, who, invite=True)
    moving.begin(context, job)
    journal.note(context, kind, job, "created")
    return job
