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

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from skysyn.models import Backend, Row

M = TypeVar("M", bound=Model)


def save(backend: Backend, objects: Sequence[M]) -> Report[M]:
    """Store *objects* and report on each.

    Raises:
        QueryError: the service makes or changes no such entities; nothing was sent.
        ConversionError: one holds a value it cannot; nothing was sent.
    """
    made = {id(one): _row(backend, one) for one in objects}
    # the same object twice is one entity
    whole = list({id(one): one for one in objects}.values())
    sent = [one for one in whole if made[id(one)].fields or not one.is_stored]
    groups = list(_groups(sent))
    copies: dict[int, Row] = {}
    report: Report[M] = Report(resolver=lambda r: _resolve(backend, r, copies))
    report.saved += [one for one in whole if not made[id(one)].fields]
    for parent, part in groups:
        operation = Save(tuple(made[id(one)] for one in part), scope=parent)
        for instance, answer in saving.send(backend, operation, part, report):
            _take_over(backend, instance, answer, parent)
        lost = {id(failure.record) for failure in report.unknown} - copies.keys()
        copies |= {key: resolving.kept(made[key]) for key in lost}
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


def _row(backend: Backend, one: Model) -> Row:
    saving.check_record(backend, one)
    made = saving.row(one)
    if made.fields or not one.is_stored:
        check_allowed("update" if one.is_stored else "create", one)
    if not one.is_stored and not made.fields:
        msg = f"a new {type(one).__name__} without any attribute says nothing"
        raise QueryError(msg)
    return made


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


def _take_over(
    backend: Backend, instance: Model, answer: bytes, parent: str | None
) -> None:
    """Let *instance* hold what was answered, and the rest of what it held before."""
    before = instance.__sky_origin__
    only = None if before is None else before.only
    merged = rows.merge(instance.__sky_wire__, answer)
    instance.__sky_load__(merged, Origin(backend, parent, only))


def _resolve(backend: Backend, report: Report[M], copies: Mapping[int, Row]) -> None:
    """Look what became of changes; what was new has no id to be found by."""
    findable: Report[M] = Report()
    findable.unknown = [f for f in report.unknown if f.record.is_stored]
    new = [failure for failure in report.unknown if not failure.record.is_stored]
    resolving.saves(backend, findable, copies)
    report.saved += findable.saved
    report.failed += findable.failed
    report.unknown = new
