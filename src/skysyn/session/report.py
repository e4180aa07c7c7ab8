"""Reports: what became of each record of a batch; every one is in exactly one list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

import attrs

from skysyn.errors import PartialFailure, SkysynError

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")
M = TypeVar("M")


@attrs.frozen
class Failure(Generic[T]):
    """A record, or the reference to one, that failed, and why."""

    record: T
    error: SkysynError


def _unresolvable(_: object) -> None:
    """Leave a report as it is."""


@attrs.define
class Report(Generic[T]):
    """What became of each record of a save or delete.

    *saved* are done, *failed* were refused or never sent, and of the *unknown* no
    answer came, or one that does not say how far the service got: they may or may not
    be done, until `resolve()` looks.
    """

    saved: list[T] = attrs.field(factory=list[T])
    failed: list[Failure[T]] = attrs.field(factory=list[Failure[T]])
    unknown: list[Failure[T]] = attrs.field(factory=list[Failure[T]])
    _resolver: Callable[[Report[T]], None] = attrs.field(
        default=_unresolvable, repr=False, eq=False, alias="resolver"
    )

    @property
    def is_complete(self) -> bool:
        """Whether every record is saved."""
        return not (self.failed or self.unknown)

    def raise_for_failures(self) -> None:
        """Raise unless every record is saved: the one error, or `PartialFailure`.

        Raises:
            SkysynError: the error of the only record.
            PartialFailure: one of several; `info` has each error by record id.
        """
        trouble = [*self.failed, *self.unknown]
        if not trouble:
            return
        if len(trouble) == 1 and not self.saved:
            raise trouble[0].error
        lines = [f"{_name(f.record)}: {f.error}" for f in trouble]
        shown = "; ".join(lines[:3]) + ("; …" if len(lines) > 3 else "")
        msg = (
            f"{len(self.saved)} saved, {len(self.failed)} failed, "
            f"{len(self.unknown)} unknown: {shown}"
        )
        errors = {_name(f.record): f.error for f in trouble}
        raise PartialFailure(msg, info=errors) from trouble[0].error

    def resolve(self) -> Report[T]:
        """Find out by fetching what became of the unknown; return this report.

        Those that are found as they were to be become *saved*, the others *failed*.

        Raises:
            TransportError: again no answer came; nothing has changed.
        """
        if self.unknown:
            self._resolver(self)
        return self


@attrs.define
class FetchReport(Generic[M]):
    """What a fetch by ids brought: the *found* records, and each that *failed*."""

    found: list[M] = attrs.field(factory=list[M])
    failed: list[Failure[object]] = attrs.field(factory=list[Failure[object]])

    def raise_for_failures(self) -> None:
        """Raise the first error, if there is one."""
        if self.failed:
            raise self.failed[0].error


def _name(record: object) -> str:
    return str(getattr(record, "id", record))
