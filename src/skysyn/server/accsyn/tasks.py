"""Tasks: the parts of jobs, made of what clients write about them."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import attrs

from skysyn.dialects.accsyn.refusals import invalid, taken
from skysyn.dialects.accsyn.values import is_key

from .given import Given
from .parties import End, find_end, mirror_end
from .standpoint import measure
from .tables import TASKS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from skysyn.models import JSON

    from .context import Context
    from .work import Row

_MOST = 10_000
_DEEPEST = 16
_ALLOWED = (
    *("source", "destination", "status", "priority", "settings", "metadata", "id"),
    *("uri", "description", "tasks", "deps", "compute", "filename", "size"),
)
_LISTED = ("metadata", "priority", "status")


@attrs.frozen
class Wanted:
    """A task that somebody wants: its *uri* if it is named, and what is said of it."""

    uri: str | None
    data: Mapping[str, JSON]


@attrs.frozen
class Planned:
    """A task that can be stored: its *row*, and the parties of its ends."""

    row: Row
    source: str | None
    destination: str | None


def wanted(tasks: JSON) -> list[Wanted]:
    """Return the tasks in each form that they are written in.

    Raises:
        InvalidRequest: they are in none.
    """
    found = list(_each(tasks, "", 0))
    if len(found) > _MOST:
        msg = f"tasks: a request may have {_MOST}, not {len(found)}"
        raise invalid(msg)
    return found


def _each(tasks: JSON, above: str, depth: int) -> Iterator[Wanted]:
    _check_depth(depth)
    match tasks:
        case str():
            yield Wanted(None, {"source": tasks})
        case list():
            for task in tasks:
                yield from _each(task, above, depth + 1)
        case dict() if _is_task(tasks):
            yield from _one(_uri(tasks.get("uri"), above), tasks, depth)
        case dict():
            for name, task in tasks.items():
                yield from _one(f"{above}{name}", _object(name, task), depth)
        case _:
            msg = "tasks: paths, tasks, or tasks by their names are wanted"
            raise invalid(msg)


def _check_depth(depth: int) -> None:
    if depth > _DEEPEST:
        msg = f"tasks: they nest more than {_DEEPEST} deep"
        raise invalid(msg)


def _object(name: str, task: JSON) -> Mapping[str, JSON]:
    if isinstance(task, dict):
        return task
    msg = f"tasks: {name!r:.80} is no task"
    raise invalid(msg)


def _one(uri: str | None, task: Mapping[str, JSON], depth: int) -> Iterator[Wanted]:
    yield Wanted(uri, {k: v for k, v in task.items() if k != "tasks"})
    if task.get("tasks"):
        if uri is None:
            msg = "tasks: one with tasks in it needs a name"
            raise invalid(msg)
        yield from _each(task["tasks"], f"{uri}/", depth + 1)


def _is_task(tasks: Mapping[str, JSON]) -> bool:
    return not tasks or any(not isinstance(value, dict) for value in tasks.values())


def _uri(named: JSON, above: str) -> str | None:
    if named is None:
        return None
    if not isinstance(named, str) or not named.strip():
        msg = "tasks: a uri is text"
        raise invalid(msg)
    return f"{above}{named.strip()}"


@attrs.define
class Planning:
    """Plans the tasks of one job, one after the other."""

    context: Context
    job: str
    known: list[Row]
    fixed: Mapping[str, str | None]
    """The ends that the job has, where a task names none."""
    parties: Mapping[str, str | None] = attrs.field(factory=dict[str, "str | None"])
    """The parties that the job has already."""

    def plan(self, tasks: Sequence[Wanted]) -> list[Planned]:
        """Return *tasks* as they are stored."""
        uris = {str(row["uri"]) for row in self.known}
        ids = {str(row["id"]) for row in self.known}
        planned: list[Planned] = []
        for task in tasks:
            number = len(self.known) + len(planned)
            found = self._plan(task, number, uris)
            key, uri = str(found.row["id"]), str(found.row["uri"])
            if key in ids or uri in uris:
                msg = f"task {uri:.80} already exists"
                raise taken(msg)
            ids.add(key)
            uris.add(uri)
            planned.append(found)
        return planned

    def _plan(self, task: Wanted, number: int, uris: set[str]) -> Planned:
        given = Given(self.context, "task", task.data)
        given.refuse_others(_ALLOWED)
        source = given.text("source") or self.fixed.get("source")
        destination = given.text("destination") or self.fixed.get("destination")
        start, end = self._end("source", source), self._end("destination", destination)
        row = {
            **self._row(given, task.uri or _free(number, uris), number),
            "size": self._size(given, source),
            "source": None if start is None else dict(start.shown),
            "destination": None if end is None else _shown(end, start),
            "_spec": {"source": source, "destination": destination, **_more(given)},
        }
        return Planned(
            row,
            None if start is None else start.party,
            None if end is None else end.party,
        )

    def _end(self, name: str, text: str | None) -> End | None:
        party = self.parties.get(name)
        if text is not None:
            return find_end(self.context, text, party)
        if name == "source" or party is None:
            return None
        # what names no destination is mirrored where the job leads
        return mirror_end(self.context, party)

    def _row(self, given: Given, uri: str, number: int) -> Row:
        key = given.text("id") or str(uuid4())
        if not is_key(key):
            msg = f"task.id: {key!r:.80} is no uuid"
            raise invalid(msg)
        row: Row = {
            "id": key,
            "_kind": "task",
            "_archived": False,
            "_number": number,
            "uri": uri,
            "job": self.job,
            "created": self.context.now,
            "finished": None,
            "time": 0,
            "_life": None,
            "status": "queued",
            "priority": 500,
            "metadata": {},
        }
        return row | given.stored(*_LISTED)

    def _size(self, given: Given, source: str | None) -> int | None:
        if source is None:
            size: Any = given.data.get("size")
            return size if isinstance(size, int) and 0 <= size < 2**62 else 0
        if source.endswith(":null"):
            return 0
        return measure(self.context, source)


def _shown(end: End, start: End | None) -> dict[str, JSON]:
    """Return the destination of a task; one without a path mirrors the source."""
    if start is None or end.place.path:
        return dict(end.shown)
    path = start.shown.get("path")
    return {**end.shown, "path": path}


def _more(given: Given) -> dict[str, JSON]:
    names = ("settings", "description", "deps", "compute")
    return {name: given.data[name] for name in names if name in given.data}


def _free(number: int, uris: set[str]) -> str:
    while str(number) in uris:
        number += 1
    return str(number)


def of_job(context: Context, job: str) -> list[Row]:
    """Return the tasks of a job, in their order."""
    table = TASKS.table
    found = context.work.rows(table, table.c.job == job)
    return sorted(found, key=lambda row: (row["_number"], row["id"]))


def name_of(tasks: Sequence[Wanted]) -> str | None:
    """Return what a job is called that nobody named: its first file."""
    for task in tasks:
        source = task.data.get("source")
        if isinstance(source, str):
            return PurePosixPath(source.rstrip("/\\").replace("\\", "/")).name or source
    return None
