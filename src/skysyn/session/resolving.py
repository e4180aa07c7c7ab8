"""Finding out what became of records whose answer was lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from skysyn.errors import (
    Conflict,
    ConversionError,
    NotFound,
    RemoteError,
    SkysynError,
)
from skysyn.models import (
    Model,
    Reference,
    Sequence,
)

from .fetching import BATCH, entries, scope_of
from .report import Failure, Report

if TYPE_CHECKING:
    from collections import abc
    from collections.abc import Callable, Mapping

    from skysyn.models import Backend, Row

    from .sent import Sent

M = TypeVar("M", bound=Model)
T = TypeVar("T", bound=object)


def saves(backend: Backend, report: Report[M], sent: Mapping[int, Sent]) -> None:
    """Move each unknown save to saved if the service now holds its values.

    *sent* says by the identity of a record what was sent of it.
    """

    def judge(instance: M, entry: bytes | RemoteError) -> SkysynError | None:
        if isinstance(entry, RemoteError):
            return entry
        origin = backend.origin(scope_of(instance))
        stored = type(instance).__sky_make__(entry, origin)
        own = sent[id(instance)]
        wanted = _wanted(instance, own.row)
        missing = [
            name for name, value in wanted.items() if not _has(stored, name, value)
        ]
        if missing:
            msg = f"the service holds other values in {', '.join(missing)}"
            return Conflict(msg)
        own.take_over(instance, entry, origin)
        return None

    _judge(backend, report, judge)


def _wanted(instance: Model, row: Row) -> Mapping[str, object]:
    """Return what the service holds if *row* was saved, by field name."""
    names = {field.wire: name for name, field in instance.__sky_fields__.items()}
    wanted = {names[wire]: value for wire, value in row.fields.items()}
    return wanted | ({"acl": row.access} if row.sets_access else {})


def _has(stored: Model, name: str, value: object) -> bool:
    try:
        held: object = getattr(stored, name, None)
    except ConversionError:
        return False
    # a number that was asked for is not known before
    return held == value or (isinstance(value, Sequence) and held is not None)


def deletes(backend: Backend, report: Report[M | Reference[M]]) -> None:
    """Move each unknown delete to saved if the service no longer has the record."""

    def judge(
        instance: M | Reference[M], entry: bytes | RemoteError
    ) -> SkysynError | None:
        if isinstance(entry, NotFound):
            if isinstance(instance, Model):
                instance.__sky_forget__()
            return None
        msg = "the service still has the record"
        return entry if isinstance(entry, RemoteError) else Conflict(msg)

    _judge(backend, report, judge)


def _judge(
    backend: Backend,
    report: Report[T],
    judge: Callable[[T, bytes | RemoteError], SkysynError | None],
) -> None:
    asked = [failure.record for failure in report.unknown]
    verdicts: list[tuple[T, SkysynError | None]] = []
    for one, entry in zip(asked, _entries(backend, asked), strict=True):
        verdicts.append((one, judge(one, entry)))
    report.unknown = []
    for one, error in verdicts:
        if error is None:
            report.saved.append(one)
        else:
            report.failed.append(Failure(one, error))


def _entries(backend: Backend, asked: abc.Sequence[T]) -> list[bytes | RemoteError]:
    """Fetch what the service has of each, in the order they were asked."""
    found: list[bytes | RemoteError] = []
    start = 0
    while start < len(asked):
        scope = scope_of(asked[start])
        stop = start
        while stop < min(len(asked), start + BATCH) and scope_of(asked[stop]) == scope:
            stop += 1
        found += entries(backend, asked[start:stop], scope)
        start = stop
    return found
