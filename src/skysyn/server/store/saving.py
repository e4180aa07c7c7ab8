"""Saving: records are checked, merged with what is stored, and written."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import attrs
import msgspec
from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError

from skysyn.dialects.skygear.batches import dump_access
from skysyn.dialects.skygear.refusals import refuse, unexpected
from skysyn.errors import RemoteError
from skysyn.models import RecordID, Sequence, Unknown

from . import constraints, geometry, kinds, records, rights, system
from .changes import Change
from .field_rights import FieldRights
from .records import Stored
from .revising import Revised, distinct

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import Column

    from skysyn.dialects.skygear.batches import Incoming

    from .caller import Caller, Scope
    from .catalog import FieldColumn, RecordType
    from .migration import Columns
    from .store import Work

Outcome = Stored | RemoteError
_INTEGERS = range(-(2**31), 2**31)


def wanted(items: Iterable[Incoming]) -> Columns:
    """Return the columns that *items* need.

    Raises:
        Conflict: two of them need one of different kinds.
    """
    found: Columns = {}
    for item in items:
        if item.id.type in system.NAMES:
            continue
        fields = found.setdefault(item.id.type, {})
        for name, value in item.fields.items():
            if value is None:
                continue
            sent = kinds.kind_of(value)
            had = fields.setdefault(name, sent)
            if not had.accepts(sent):
                msg = f"failed to migrate record schema: {item.id.type}.{name} "
                raise refuse(114, msg + f"is {had} in one record, {sent} in another")
    return found


class Saving:
    """Saves records for one caller in one transaction."""

    def __init__(
        self, work: Work, caller: Caller, scope: Scope, *, atomic: bool = False
    ) -> None:
        self._work = work
        self._caller = caller
        self._scope = scope
        self._atomic = atomic
        self._now = datetime.now(UTC)
        self._rights = FieldRights(work.catalog, caller)
        self._known: dict[RecordID, Stored] = {}
        self._pending: tuple[RecordType, list[dict[str, Any]]] | None = None

    def save(self, items: Iterable[Incoming | RemoteError]) -> list[Outcome]:
        """Save *items*; return what became of each, in their order."""
        items = list(items)
        self._load(items)
        if self._work.reviser is None:
            return self._write(items)
        return [outcome for group in distinct(items) for outcome in self._write(group)]

    def _write(self, items: list[Incoming | RemoteError]) -> list[Outcome]:
        known, revised = dict(self._known), [self._revised(item) for item in items]
        try:
            # all in one go, as nearly always none breaks a constraint
            with self._work.attempt():
                outcomes = [self._outcome(item) for item in revised]
                self._flush()
        except IntegrityError:
            self._known, self._pending = known, None
            return [
                self._alone(item, sent)
                for sent, item in zip(items, revised, strict=True)
            ]
        return outcomes

    def _load(self, items: Iterable[Incoming | RemoteError]) -> None:
        ids = [item.id for item in items if not isinstance(item, RemoteError)]
        self._known.update(records.hold(self._work, ids, self._scope))

    def _revised(self, item: Incoming | RemoteError) -> Incoming | RemoteError:
        """Return *item* as whoever has a say wants it written, or their refusal."""
        reviser = self._work.reviser
        if isinstance(item, RemoteError) or reviser is None:
            return item
        nulls = [name for name, value in item.fields.items() if value is None]
        stored = self._known.get(item.id)
        try:
            owner = self._owner(item)
            if stored is None:
                made = self._made(owner, item)
            else:
                made = self._merged(owner, item, stored)[0]
            return reviser.revise(self._work, made, stored, nulls) or item
        except RemoteError as error:
            return error

    def _outcome(self, item: Incoming | RemoteError) -> Outcome:
        if isinstance(item, RemoteError):
            return item
        try:
            return self._save(item)
        except RemoteError as error:
            return error

    def _alone(
        self, item: Incoming | RemoteError, sent: Incoming | RemoteError
    ) -> Outcome:
        """Save one record so that its failure undoes nothing else."""
        known = dict(self._known)
        try:
            with self._work.attempt():
                outcome = self._outcome(item)
                self._flush()
        except IntegrityError as error:
            self._known, self._pending = known, None
            if self._is_made(sent):
                return self._alone(self._revised(sent), sent)
            return constraints.saving(error)
        return outcome

    def _is_made(self, item: Incoming | RemoteError) -> bool:
        """Whether somebody made a record that was not known; it is known from now."""
        if isinstance(item, RemoteError) or item.id in self._known:
            return False
        self._load([item])
        return item.id in self._known

    def _owner(self, item: Incoming) -> RecordType:
        owner = self._work.catalog.types.get(item.id.type)
        if owner is None:
            msg = f"failed to fetch record id = {item.id}"
            raise unexpected(msg)
        if not item.id.key or "\0" in item.id.key:
            msg = "a record needs an id"
            raise unexpected(msg)
        return owner

    def _save(self, item: Incoming) -> Stored:
        owner = self._owner(item)
        stored = self._known.get(item.id)
        if stored is None:
            change = Change("created", self._insert(owner, item), None)
        else:
            change = Change("updated", self._update(owner, item, stored), stored)
        self._known[item.id] = saved = change.record
        self._work.changes.append(change)
        return saved

    def _insert(self, owner: RecordType, item: Incoming) -> Stored:
        made = self._made(owner, item)
        numbers = self._numbers(owner, dict(made.values))
        if numbers:
            made = attrs.evolve(made, values={**made.values, **numbers})
        self._write_new(owner, made)
        return made

    def _made(self, owner: RecordType, item: Incoming) -> Stored:
        """Return the new record that *item* is, but for numbers of sequences."""
        creators = self._work.catalog.creators.get(owner.name)
        may = self._caller.is_master or isinstance(item, Revised)
        if creators and not (may or creators & self._caller.roles):
            raise refuse(102, "no permission to create")
        me = self._caller.name
        values = _dumped(owner, item)
        if not isinstance(item, Revised):
            values = self._writable(owner, values, (me, values))
        return Stored(
            item.id,
            self._scope.id,
            me,
            self._access(owner, item, None),
            self._now,
            me,
            self._now,
            me,
            {name: value for name, value in values.items() if value is not None},
        )

    def _update(self, owner: RecordType, item: Incoming, stored: Stored) -> Stored:
        saved, changed = self._merged(owner, item, stored)
        self._counted(owner, changed)
        values = {owner.fields[name].column: value for name, value in changed.items()}
        if saved.access != stored.access:
            values[owner.table.c["_access"]] = saved.access
        self._write_changes(owner, saved, values)
        return saved

    def _merged(
        self, owner: RecordType, item: Incoming, stored: Stored
    ) -> tuple[Stored, dict[str, Any]]:
        """Return what *stored* becomes by *item*, and which values are other ones."""
        access, is_revised = stored.access, isinstance(item, Revised)
        may = rights.may(self._caller, "write", owner=stored.owner, access=access)
        if not (may or is_revised):
            raise refuse(102, "no permission to perform operation")
        changed = {
            name: value
            for name, value in _dumped(owner, item).items()
            if value != stored.values.get(name)
            or type(value) is not type(stored.values.get(name))
        }
        if not is_revised:
            changed = self._writable(owner, changed, stored.subject)
        merged = {**stored.values, **changed}
        saved = attrs.evolve(
            stored,
            access=self._access(owner, item, access),
            updated_at=self._now,
            updated_by=self._caller.name,
            values={name: v for name, v in merged.items() if v is not None},
        )
        return saved, changed

    def _writable(
        self,
        owner: RecordType,
        values: dict[str, Any],
        subject: tuple[str, Mapping[str, object]],
    ) -> dict[str, Any]:
        """Return what of *values* the caller may write; atomically, all or nothing."""
        denied = [
            name
            for name in values
            if not self._rights.may("writable", owner.name, name, subject)
        ]
        if denied and self._atomic:
            msg = "Unable to save to some record fields because of Field ACL denied"
            raise refuse(123, f"{msg} update.", arguments=denied)
        return {name: value for name, value in values.items() if name not in denied}

    def _access(
        self, owner: RecordType, item: Incoming, before: rights.Access | None
    ) -> rights.Access | None:
        if item.access is not None:
            entries = dump_access(item.access)
            return [entry for entry in entries if isinstance(entry, dict)]
        if isinstance(item, Revised):
            return None
        return self._work.catalog.defaults.get(owner.name, before)

    def _numbers(self, owner: RecordType, values: dict[str, Any]) -> dict[str, Any]:
        """Return the next numbers of sequences, and count on from numbers given."""
        found: dict[str, Any] = {}
        for field in owner.fields.values():
            if field.kind.name == "sequence" and field.name not in values:
                found[field.name] = self._next(owner, field)
        return found | self._counted(owner, values)

    def _next(self, owner: RecordType, field: FieldColumn) -> int:
        counter = system.counter.c
        counted: int = self._work.connection.execute(
            update(system.counter)
            .values(value=counter.value + 1)
            .where(counter.record_type == owner.name, counter.field == field.name)
            .returning(counter.value)
        ).scalar_one()
        return counted

    def _counted(self, owner: RecordType, values: dict[str, Any]) -> dict[str, Any]:
        counter = system.counter.c
        for name, value in values.items():
            if owner.fields[name].kind.name == "sequence":
                here = (counter.record_type == owner.name) & (counter.field == name)
                # it never goes back, however far others counted by now
                self._work.connection.execute(
                    update(system.counter)
                    .values(value=value)
                    .where(here, counter.value < value)
                )
        return {}

    def _write_new(self, owner: RecordType, made: Stored) -> None:
        if self._pending is not None and self._pending[0] is not owner:
            self._flush()
        row = {
            "_id": made.id.key,
            "_database_id": made.database,
            "_owner_id": made.owner,
            "_access": made.access,
            "_created_at": made.created_at,
            "_created_by": made.created_by,
            "_updated_at": made.updated_at,
            "_updated_by": made.updated_by,
        }
        for field in owner.fields.values():
            row[field.column.key] = made.values.get(field.name)
        if self._pending is None:
            self._pending = owner, []
        self._pending[1].append(row)

    def _flush(self) -> None:
        """Write the new records; they wait to be written together."""
        if self._pending is not None:
            owner, rows = self._pending
            self._work.connection.execute(insert(owner.table), rows)
            self._pending = None

    def _write_changes(
        self, owner: RecordType, saved: Stored, changed: Mapping[Column[Any], Any]
    ) -> None:
        self._flush()
        table = owner.table
        values = {
            **changed,
            table.c["_updated_at"]: saved.updated_at,
            table.c["_updated_by"]: saved.updated_by,
        }
        self._work.connection.execute(
            update(table).values(values).where(table.c["_id"] == saved.id.key)
        )


def _dumped(owner: RecordType, item: Incoming) -> dict[str, Any]:
    """Return the values of *item* as their columns hold them.

    Raises:
        RemoteError: a column is missing, or cannot hold its value.
    """
    found: dict[str, Any] = {}
    for name, value in item.fields.items():
        if isinstance(value, (Sequence, Unknown)):
            continue
        field = owner.fields.get(name)
        if field is None:
            msg = f'column "{name}" of "{owner.name}" does not exist'
            raise unexpected(msg)
        found[name] = _checked(item, field, kinds.dump(value))
    return found


def _checked(item: Incoming, field: FieldColumn, value: Any) -> Any:
    where = f"{item.id.type}.{field.name}"
    match field.kind.name:
        case "sequence" if value is None:
            msg = f"{where} is a sequence and cannot be null"
            raise unexpected(msg)
        case "integer" | "sequence" if value is not None:
            if value != int(value):
                raise refuse(
                    108, f"failed to save {item.id}: {field.name} is an integer"
                )
            if int(value) not in _INTEGERS:
                msg = f"{where} is out of range"
                raise unexpected(msg)
            return int(value)
        case "geometry" if value is not None and not geometry.is_geometry(value):
            msg = f"{where} is no GeoJSON geometry"
            raise unexpected(msg)
        case _ if _has_nul(value):
            msg = f"{where} holds the character NUL"
            raise unexpected(msg)
        case _:
            return value


def _has_nul(value: Any) -> bool:
    if isinstance(value, str):
        return "\0" in value
    if isinstance(value, (list, dict)):
        return b"\\u0000" in msgspec.json.encode(value)
    return False
