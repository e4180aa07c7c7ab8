"""Saving and deleting entities: one request each, or one for the tasks of a job."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from skysyn.dialects.accsyn import rows
from skysyn.dialects.accsyn.entities import Task
from skysyn.dialects.accsyn.model import Entity
from skysyn.errors import NotSaved, QueryError
from skysyn.models import Model, Origin, Reference, Save

from . import resolving, saving
from .fetching import scope_of
from .report import Report
from .sent import Sent

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from skysyn.models import Backend

M = TypeVar("M", bound=Model)


def save(backend: Backend, objects: Sequence[M]) -> Report[M]:
    """Store *objects* and report on each.

    Raises:
        QueryError: the service makes or changes no such entities; nothing was sent.
        ConversionError: one holds a value it cannot; nothing was sent.
    """
    sent = {id(one): _sent(backend, one) for one in objects}
    # the same object twice is one entity
    whole = list({id(one): one for one in objects}.values())
    changed = [one for one in whole if sent[id(one)].row.fields or not one.is_stored]
    groups = list(_groups(changed))
    lost: dict[int, Sent] = {}
    report: Report[M] = Report(resolver=lambda r: _resolve(backend, r, lost))
    report.saved += [one for one in whole if not sent[id(one)].row.fields]
    for parent, part in groups:
        operation = Save(tuple(sent[id(one)].row for one in part), scope=parent)
        for instance, answer in saving.send(backend, operation, part, report):
            origin = _origin(backend, instance, parent)
            merged = rows.merge(instance.__sky_wire__, answer)
            sent[id(instance)].take_over(instance, merged, origin)
        lost |= {id(one.record): sent[id(one.record)] for one in report.unknown}
    return report


def delete(
    backend: Backend, objects: Sequence[M | Reference[M]]
) -> Report[M | Reference[M]]:
    """Delete *objects* and report on each."""
    whole = list({id(one): one for one in objects}.values())
    for one in whole:
        saving.check_reference(backend, one)
        check_allowed("delete", one)
        if isinstance(one, Model) and not one.is_stored:
            msg = f"{one!r} is not stored: there is nothing to delete"
            raise NotSaved(msg)
    report: Report[M | Reference[M]] = Report(
        resolver=lambda r: resolving.deletes(backend, r)
    )
    for one in whole:
        part = saving.delete(backend, [one], atomic=False)
        report.saved += part.saved
        report.failed += part.failed
        report.unknown += part.unknown
    return report


def check_allowed(verb: str, one: Model | Reference[M]) -> None:
    """Raise QueryError if the service cannot *verb* such entities."""
    model = one.model if isinstance(one, Reference) else type(one)
    hint = model.__denied__.get(verb) if issubclass(model, Entity) else None
    if hint is not None:
        msg = f"accsyn does not {verb} a {model.__name__} this way: use {hint}"
        raise QueryError(msg)


def _sent(backend: Backend, one: Model) -> Sent:
    saving.check_record(backend, one)
    sent = Sent.of(one)
    fields = sent.row.fields
    if fields or not one.is_stored:
        check_allowed("update" if one.is_stored else "create", one)
    if not one.is_stored and not fields:
        msg = f"a new {type(one).__name__} without any attribute says nothing"
        raise QueryError(msg)
    return sent


def _groups(objects: Sequence[M]) -> Iterator[tuple[str | None, list[M]]]:
    """Yield what travels together: the tasks of a job, and each of the others."""
    tasks: dict[str, list[M]] = {}
    for one in objects:
        if isinstance(one, Task):
            tasks.setdefault(_parent(one), []).append(one)
        else:
            yield None, [one]
    yield from tasks.items()


def _parent(task: Task) -> str:
    parent = scope_of(task)
    if parent is None and task.is_stored and task.job is not None:
        parent = task.job.ref_id
    if parent is None:
        msg = f"{task!r} does not say its job: find it with Task.query().parent(job)"
        raise QueryError(msg)
    return parent


def _origin(backend: Backend, instance: Model, parent: str | None) -> Origin:
    """Return what *instance* remembers: also which attributes it was asked with."""
    before = instance.__sky_origin__
    return Origin(backend, parent, None if before is None else before.only)


def _resolve(backend: Backend, report: Report[M], lost: Mapping[int, Sent]) -> None:
    """Look what became of changes; what was new has no id to be found by."""
    findable: Report[M] = Report()
    findable.unknown = [f for f in report.unknown if f.record.is_stored]
    new = [failure for failure in report.unknown if not failure.record.is_stored]
    resolving.saves(backend, findable, lost)
    report.saved += findable.saved
    report.failed += findable.failed
    report.unknown = new
