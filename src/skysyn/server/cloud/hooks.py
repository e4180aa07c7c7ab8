"""Hooks: what cloud code does about records that are saved and deleted (§20.7)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from skysyn.dialects.skygear.batches import load_access, load_fields
from skysyn.dialects.skygear.refusals import unexpected
from skysyn.errors import RemoteError
from skysyn.server.store.caller import Caller
from skysyn.server.store.field_rights import FieldRights
from skysyn.server.store.printing import Printer
from skysyn.server.store.revising import Revised

from . import fitting
from .callers import describe, describe_briefly

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from skysyn.models import JSON, RecordID
    from skysyn.server.context import Context
    from skysyn.server.store import Work
    from skysyn.server.store.changes import Change
    from skysyn.server.store.records import Stored

_AFTER = {"created": "afterSave", "updated": "afterSave", "deleted": "afterDelete"}


@attrs.frozen
class Event:
    """One record at one trigger, as cloud code is told of it."""

    id: RecordID
    trigger: str
    param: dict[str, JSON]


@attrs.define(eq=False)
class Hooks:
    """The hooks of one request; those after it wait until it is committed."""

    context: Context
    waiting: list[Event] = attrs.field(factory=list[Event])

    def has(self, record_type: str, trigger: str) -> bool:
        """Whether there is a hook for *record_type* at *trigger*."""
        return any(
            hook.type == record_type and hook.trigger == trigger
            for hook in self.context.cloud.offers.hook
        )

    def revise(
        self,
        work: Work,
        made: Stored,
        original: Stored | None,
        nulls: Iterable[str],
    ) -> Revised | None:
        """Return *made* as hooks want it saved, None if there are none.

        Raises:
            RemoteError: one refuses or fails.
        """
        if not self.has(made.id.type, "beforeSave"):
            return None
        printed = self._print(work, made) | dict.fromkeys(nulls)
        before = None if original is None else self._print(work, original)
        event = Event(made.id, "beforeSave", {"record": printed, "original": before})
        # what a hook that fails wrote by itself is undone with the record
        with work.attempt():
            return _load(made, self._run(event, work))

    def before_delete(self, work: Work, record: Stored) -> None:
        """Let hooks refuse that *record* is deleted.

        Raises:
            RemoteError: one refuses or fails.
        """
        if self.has(record.id.type, "beforeDelete"):
            param: dict[str, JSON] = {
                "record": self._print(work, record),
                "original": None,
            }
            with work.attempt():
                self._run(Event(record.id, "beforeDelete", param), work)

    def note(self, work: Work) -> list[Event]:
        """Return what hooks are told when *work* is committed."""
        return [
            self._noted(work, change)
            for change in work.changes
            if self.has(change.id.type, _AFTER[change.kind])
        ]

    def after(self) -> dict[RecordID, RemoteError]:
        """Run the hooks that waited; return the errors of those that failed."""
        waiting, self.waiting = self.waiting, []
        failed: dict[RecordID, RemoteError] = {}
        for event in waiting:
            try:
                self._run(event, None)
            except RemoteError as error:
                failed[event.id] = error
        return failed

    def _noted(self, work: Work, change: Change) -> Event:
        before = change.before if change.kind == "updated" else None
        original = None if before is None else self._print(work, before)
        printed = self._print(work, change.record)
        param: dict[str, JSON] = {"record": printed, "original": original}
        return Event(change.id, _AFTER[change.kind], param)

    def _print(self, work: Work, record: Stored) -> dict[str, JSON]:
        rights = FieldRights(work.catalog, Caller(is_master=True))
        printer = Printer(work, rights, self.context.services.sign)
        printer.look_up_files([record])
        return printer.object(record)

    def _run(self, event: Event, work: Work | None) -> Mapping[str, JSON]:
        """Run the hooks of *event* one after the other; return the last record."""
        cloud, offers = self.context.cloud, self.context.cloud.offers
        kind = event.id.type
        for name in offers.hooks(kind, event.trigger, is_async=True):
            brief = describe_briefly(self.context)
            cloud.tell(_message(name, event.param, brief))
        param = event.param
        said = describe(self.context)
        for name in offers.hooks(kind, event.trigger):
            result = cloud.call(
                _message(name, param, said),
                self.context.seconds_left(),
                None if work is None else lambda: work.connection,
            )
            if not isinstance(result, dict) or result.get("_id") != str(event.id):
                msg = f"the hook {name} did not give back the record {event.id}"
                raise unexpected(msg)
            if event.trigger == "beforeSave" and work is not None:
                fitting.check(name, work.catalog.types[kind], _record(param), result)
                param = {**param, "record": _merged(_record(param), result)}
        return _record(param)


def _message(
    name: str, param: Mapping[str, JSON], context: Mapping[str, JSON]
) -> dict[str, JSON]:
    return {"kind": "hook", "name": name, "param": {**param}, "context": {**context}}


def _record(param: Mapping[str, JSON]) -> dict[str, JSON]:
    record = param["record"]
    return record if isinstance(record, dict) else {}


def _merged(had: dict[str, JSON], result: dict[str, JSON]) -> dict[str, JSON]:
    """Return the record as the next hook sees it: what the server sets is its own."""
    own = {
        name: value
        for name, value in had.items()
        if name.startswith("_") and name != "_access"
    }
    fields = {n: v for n, v in result.items() if not n.startswith("_")}
    return {**own, **fields, "_access": result.get("_access", had.get("_access"))}


def _load(made: Stored, wire: Mapping[str, JSON]) -> Revised:
    try:
        return Revised(made.id, load_fields(wire), load_access(wire.get("_access")))
    except RemoteError as error:
        raise unexpected(error.message) from error
