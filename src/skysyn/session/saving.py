"""Saving and deleting in batches, with the fate of every record."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, TypeVar

from skysyn.errors import (
    ConversionError,
    NotSaved,
    PartialFailure,
    ProtocolError,
    QueryError,
    RemoteError,
    SkysynError,
    TransportError,
    Unavailable,
)
from skysyn.models import (
    Delete,
    Entries,
    Model,
    Reference,
    Row,
    Save,
    is_reference,
)

from . import resolving
from .fetching import BATCH, id_of, scope_of
from .report import Failure, Report
from .sent import Sent

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from skysyn.models import Backend

M = TypeVar("M", bound=Model)
T = TypeVar("T")


def save(backend: Backend, objects: Sequence[M], *, atomic: bool) -> Report[M]:
    """Store *objects* and report on each."""
    for instance in objects:
        check_record(backend, instance)
    # the same object twice is one record
    whole = {id(instance): instance for instance in objects}
    sent = {key: Sent.of(instance) for key, instance in whole.items()}
    lost: dict[int, Sent] = {}
    report: Report[M] = Report(resolver=lambda r: resolving.saves(backend, r, lost))
    changed = [one for key, one in whole.items() if _is_sent(sent[key].row, one)]
    report.saved += [o for key, o in whole.items() if not _is_sent(sent[key].row, o)]
    for scope, part in _batches(backend, changed, atomic=atomic):
        operation = Save(tuple(sent[id(one)].row for one in part), atomic, scope)
        for instance, answer in send(backend, operation, part, report):
            sent[id(instance)].take_over(instance, answer, backend.origin(scope))
        lost |= {id(one.record): sent[id(one.record)] for one in report.unknown}
    return report


def delete(
    backend: Backend, objects: Sequence[M | Reference[M]], *, atomic: bool
) -> Report[M | Reference[M]]:
    """Delete *objects* and report on each."""
    for instance in objects:
        check_reference(backend, instance)
        if isinstance(instance, Model) and not instance.is_stored:
            msg = f"{instance!r} is not stored: there is nothing to delete"
            raise NotSaved(msg)
    report: Report[M | Reference[M]] = Report(
        resolver=lambda r: resolving.deletes(backend, r)
    )
    distinct = list({id(one): one for one in objects}.values())
    for scope, part in _batches(backend, distinct, atomic=atomic):
        operation = Delete(tuple(id_of(one) for one in part), atomic, scope)
        for instance, _ in send(backend, operation, part, report):
            if isinstance(instance, Model):
                instance.__sky_forget__()
    return report


def _is_sent(made: Row, instance: Model) -> bool:
    return not instance.is_stored or bool(made.fields) or made.sets_access


def check_record(backend: Backend, one: object) -> None:
    """Raise QueryError unless *one* is a record of the service of *backend*."""
    if not isinstance(one, Model):
        msg = f"{one!r:.80} is no record: pass each record, as in save(*records)"
        raise QueryError(msg)
    check_family(backend, type(one))


def check_reference(backend: Backend, one: object) -> None:
    """Raise QueryError unless *one* leads to a record of the service of *backend*."""
    if is_reference(one):
        check_family(backend, one.model)
    elif isinstance(one, Model):
        check_family(backend, type(one))
    else:
        msg = f"{one!r:.80} is no record or reference; write Model.ref(key) for a key"
        raise QueryError(msg)


def check_model(backend: Backend, model: object) -> None:
    """Raise QueryError unless *model* is a model of the service of *backend*."""
    if not (isinstance(model, type) and issubclass(model, Model)):
        msg = f"{model!r:.80} is no model: pass the class, such as Task"
        raise QueryError(msg)
    if model.__family__ != backend.family:
        msg = (
            f"{model.__name__} is a model of {model.__family__}, "
            f"but this session speaks to {backend.family}"
        )
        raise QueryError(msg)


def check_family(backend: Backend, model: type[Model]) -> None:
    """Raise QueryError unless *model* has records of the service of *backend*."""
    check_model(backend, model)
    if not model.__collection__:
        msg = f"{model.__name__} is abstract and has no records: declare a model of it"
        raise QueryError(msg)


def _batches(
    backend: Backend, objects: Sequence[T], *, atomic: bool
) -> Iterator[tuple[str | None, list[T]]]:
    """Yield the objects that travel together, by database and number.

    Raises:
        QueryError: an atomic batch is spread over databases.
    """
    groups: dict[str | None, list[T]] = defaultdict(list)
    for one in objects:
        # what is not stored yet goes to the session's own database
        groups[backend.origin(scope_of(one)).scope].append(one)
    if atomic and len(groups) > 1:
        shown = ", ".join(str(name or "_public") for name in groups)
        msg = f"an atomic batch is in one database, not in several ({shown})"
        raise QueryError(msg)
    for name, group in groups.items():
        size = len(group) if atomic else BATCH
        for start in range(0, len(group), size):
            yield name, group[start : start + size]


def send(
    backend: Backend, operation: Save | Delete, part: Sequence[T], report: Report[T]
) -> list[tuple[T, bytes]]:
    """Send one batch; enter each record into *report* and return those done."""
    try:
        result = backend.execute(operation)
    except TransportError as error:
        fate = report.unknown if error.maybe_sent else report.failed
        fate += [Failure(one, error) for one in part]
        return []
    except (ProtocolError, Unavailable) as error:
        # an answer came, but it does not say how far the service got
        report.unknown += [Failure(one, error) for one in part]
        return []
    except RemoteError as error:
        explained = backend.explain_failure(operation, error)
        report.failed += _refused(part, explained)
        return []
    except (ConversionError, QueryError) as error:
        # the dialect cannot say it, so nothing was sent
        report.failed += [Failure(one, error) for one in part]
        return []
    if not isinstance(result, Entries):
        msg = f"a batch is answered by Entries, not {type(result).__name__}"
        raise TypeError(msg)
    done: list[tuple[T, bytes]] = []
    for one, entry in zip(part, result.entries, strict=True):
        if isinstance(entry, bytes):
            report.saved.append(one)
            done.append((one, entry))
        else:
            report.failed.append(Failure(one, entry))
    return done


def _refused(part: Sequence[T], error: RemoteError) -> list[Failure[T]]:
    """Give each record its own error if the service names one, else the common one."""
    failures: list[Failure[T]] = []
    for one in part:
        named: object = None
        if isinstance(error, PartialFailure):
            named = error.info.get(str(id_of(one)))
        own = named if isinstance(named, SkysynError) else error
        failures.append(Failure(one, own))
    return failures
