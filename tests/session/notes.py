"""Notes: a model to save, and what became of its records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from skysyn import JSON, Field, Record, Ref, Report, Sequence, SkygearSession, field
from skysyn.testing.faults import Fault, FaultTransport

if TYPE_CHECKING:
    from .service import Service


class User(Record):
    name: Field[str | None] = field(default=None)


class Note(Record):
    title: Field[str | None] = field(default=None)
    n: Field[int | None] = field(default=None)
    tags: Field[list[JSON] | None] = field(default=None, wire="labels")
    owner: Field[Ref[User] | None] = field(default=None)
    number: Field[int | Sequence | None] = field(default=None)


def faulty(service: Service, *faults: Fault | None) -> SkygearSession:
    return service.connect(FaultTransport(service.transport, faults))


def rows_sent(service: Service) -> list[Any]:
    return [row for b in service.sent("record:save") for row in b["records"]]


def fates(report: Report[Any]) -> dict[str, list[str]]:
    return {
        "saved": [note.ref_id for note in report.saved],
        "failed": [failure.record.ref_id for failure in report.failed],
        "unknown": [failure.record.ref_id for failure in report.unknown],
    }


def notes(count: int) -> list[Note]:
    return [Note(title=f"t{i}").with_id(str(i)) for i in range(count)]
