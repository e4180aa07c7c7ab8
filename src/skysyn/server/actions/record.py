"""Actions on records: save, fetch, query and delete."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from sqlalchemy.exc import IntegrityError

from skysyn.dialects.skygear import batches
from skysyn.dialects.skygear.endpoint import HEADERS
from skysyn.dialects.skygear.refusals import dump, refuse, unexpected
from skysyn.errors import RemoteError
from skysyn.models import Entries, RecordID
from skysyn.server import chains
from skysyn.server.cloud.events import tell_schema
from skysyn.server.spool import respond
from skysyn.server.store import constraints, records, rights
from skysyn.server.store.caller import Scope
from skysyn.server.store.changes import Change
from skysyn.server.store.field_rights import FieldRights
from skysyn.server.store.finding import Finding, key_asked
from skysyn.server.store.foresight import Unforeseen
from skysyn.server.store.printing import Printer
from skysyn.server.store.saving import Saving, wanted
from skysyn.transport import Response

from .action import Action

if TYPE_CHECKING:
    from collections.abc import Sequence

    from skysyn.dialects.skygear.batches import Batch
    from skysyn.server.context import Context
    from skysyn.server.store import Work
    from skysyn.server.store.catalog import Catalog
    from skysyn.server.store.foresight import Lookup
    from skysyn.server.store.migration import Columns
    from skysyn.server.store.records import Stored
    from skysyn.server.store.saving import Outcome

_READ = (chains.authn, chains.optional_user, chains.database, chains.verified)
_WRITE = (chains.authn, chains.user, chains.database, chains.verified)


def query(context: Context) -> Response:
    """Answer `record:query`."""
    asked = context.question
    with context.read() as work:
        finding = Finding(work, context.caller, context.scope, context.services.sign)
        found = finding.find(asked)
        # all is read before the transaction ends, and nothing is sent until then
        pieces = context.services.endpoint.render_rows(found.rows, found.total)
        return respond(Response(200, dict(HEADERS)), pieces)


def foresee_query(context: Context, catalog: Catalog) -> list[Lookup]:
    """Return what finds the one record that is asked for by its id."""
    asked = context.question
    key = key_asked(asked)
    if key is None or asked.include:
        raise Unforeseen
    return _lookups(context, catalog, RecordID(asked.collection, key))


def foresee_fetch(context: Context, catalog: Catalog) -> list[Lookup]:
    """Return what finds the one record that is fetched."""
    asked = batches.load_fetch(context.asked.payload)
    if len(asked.ids) != 1:
        raise Unforeseen
    return _lookups(context, catalog, asked.ids[0])


def _lookups(context: Context, catalog: Catalog, record: RecordID) -> list[Lookup]:
    """Return what finds a record in the public database, if there may be one."""
    if batches.load_scope(context.asked.payload) not in {None, "_public"}:
        raise Unforeseen
    owner = catalog.types.get(record.type)
    if owner is None:
        return []
    if any(field.kind.name == "asset" for field in owner.fields.values()):
        raise Unforeseen  # files are looked up when their names are known
    return [records.lookup(owner, record.key, Scope())]


def fetch(context: Context) -> Response:
    """Answer `record:fetch`."""
    asked = batches.load_fetch(context.asked.payload)
    with context.read() as work:
        found = _load(work, context, asked.ids)
        rights_ = FieldRights(work.catalog, context.caller)
        printer = Printer(work, rights_, context.services.sign)
        entries = tuple(
            _fetched(context, found.get(record), printer) for record in asked.ids
        )
    return context.services.endpoint.render(asked, Entries(entries))


def _fetched(
    context: Context, record: Stored | None, printer: Printer
) -> bytes | RemoteError:
    if record is None:
        return refuse(110, "record not found")
    owner, access = record.owner, record.access
    if not rights.may(context.caller, "read", owner=owner, access=access):
        return refuse(102, "no permission to perform operation")
    return printer.bytes(record)


def _load(
    work: Work, context: Context, ids: Sequence[RecordID]
) -> dict[RecordID, Stored]:
    keys: dict[str, list[str]] = {}
    for record in ids:
        keys.setdefault(record.type, []).append(record.key)
    return {
        stored.id: stored
        for name, found in keys.items()
        for stored in records.load(work, name, found, context.scope).values()
    }


def save(context: Context) -> Response:
    """Answer `record:save`."""
    batch = batches.load_save(context.asked.payload)
    _check_modifiable(context)
    columns = wanted(item for item in batch.items if not isinstance(item, RemoteError))
    migrate(context, columns)
    ids = [None if isinstance(item, RemoteError) else item.id for item in batch.items]
    with context.batch() as work:
        caller, scope = context.caller, context.scope
        saving = Saving(work, caller, scope, atomic=batch.atomic)
        outcomes = saving.save(batch.items)
        if batch.atomic:
            _check_whole(_ids(batch), outcomes)
        entries = _printed(work, context, outcomes)
    entries = _after(context, ids, entries, atomic=batch.atomic)
    return context.services.endpoint.render_batch(batch, Entries(entries))


def _after(
    context: Context,
    ids: Sequence[RecordID | None],
    entries: tuple[bytes | RemoteError, ...],
    *,
    atomic: bool,
) -> tuple[bytes | RemoteError, ...]:
    """Return *entries* with the errors of hooks that ran when all was stored."""
    failed = context.hooks.after()
    outcomes = tuple(
        entry if record is None else failed.get(record, entry)
        for record, entry in zip(ids, entries, strict=True)
    )
    if atomic:
        _check_whole([str(record) for record in ids], outcomes)
    return outcomes


def migrate(context: Context, columns: Columns) -> None:
    """Make the columns that are missing, before and apart from anything else.

    Raises:
        Conflict: one is of another kind, or the schema may not be changed.
    """
    if context.store.extend(columns, may_migrate=context.may_migrate):
        tell_schema(context)


def _ids(batch: Batch) -> list[str]:
    return [
        "" if isinstance(item, RemoteError) else str(item.id) for item in batch.items
    ]


def _printed(
    work: Work, context: Context, outcomes: Sequence[Outcome]
) -> tuple[bytes | RemoteError, ...]:
    rights_ = FieldRights(work.catalog, context.caller)
    printer = Printer(work, rights_, context.services.sign)
    printer.look_up_files(o for o in outcomes if not isinstance(o, RemoteError))
    return tuple(
        outcome if isinstance(outcome, RemoteError) else printer.bytes(outcome)
        for outcome in outcomes
    )


def _check_modifiable(context: Context) -> None:
    if context.scope.is_union:
        raise refuse(111, "modifying the selected database is not supported")


def _check_whole(ids: Sequence[str], outcomes: Sequence[object]) -> None:
    """Undo an atomic operation of which a part failed."""
    failed = {
        record: dump(outcome)
        for record, outcome in zip(ids, outcomes, strict=True)
        if isinstance(outcome, RemoteError)
    }
    if failed:
        msg = "Atomic Operation rolled back due to one or more errors"
        raise refuse(115, msg, info=dict(failed))


def delete(context: Context) -> Response:
    """Answer `record:delete`."""
    asked = batches.load_delete(context.asked.payload)
    _check_modifiable(context)
    with context.batch() as work:
        found = records.hold(work, asked.ids, context.scope)
        outcomes = tuple(_delete(work, context, r, found) for r in asked.ids)
        if context.settings.strict_compat:
            outcomes = _denied(asked.ids, outcomes)
        if asked.atomic:
            _check_whole([str(record) for record in asked.ids], outcomes)
    outcomes = _after(context, asked.ids, outcomes, atomic=asked.atomic)
    return context.services.endpoint.render(asked, Entries(outcomes))


def _delete(
    work: Work, context: Context, record: RecordID, found: dict[RecordID, Stored]
) -> bytes | RemoteError:
    if record.type == "user":
        return refuse(102, "cannot delete user record")
    stored = found.get(record)
    if stored is None:
        return refuse(110, "record not found")
    owner, access = stored.owner, stored.access
    if not rights.may(context.caller, "write", owner=owner, access=access):
        return refuse(102, "no permission to perform operation")
    try:
        context.hooks.before_delete(work, stored)
    except RemoteError as error:
        return error
    table = work.catalog.types[record.type].table
    try:
        with work.attempt():
            work.connection.execute(table.delete().where(table.c["_id"] == record.key))
    except IntegrityError:
        return constraints.deleting(record)
    work.changes.append(Change("deleted", found.pop(record), stored))
    return b""


def _denied(
    ids: Sequence[RecordID], outcomes: Sequence[bytes | RemoteError]
) -> tuple[bytes | RemoteError, ...]:
    """Return *outcomes* as the original told them: who is named twice is not found."""
    lost = unexpected("the record is not there")
    times = Counter(ids)
    return tuple(
        lost if times[record] > 1 else outcome
        for record, outcome in zip(ids, outcomes, strict=True)
    )


ACTIONS = {
    "record:query": Action(_READ, query, only_reads=True, foresee=foresee_query),
    "record:fetch": Action(_READ, fetch, only_reads=True, foresee=foresee_fetch),
    "record:save": Action(_WRITE, save),
    "record:delete": Action(_WRITE, delete),
}
