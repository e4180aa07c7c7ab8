"""Records as they are stored, and how they are read from their tables."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import attrs

from skysyn.models import RecordID

from .catalog import META
from .foresight import Lookup

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Select

    from .caller import Scope
    from .catalog import RecordType
    from .store import Work

_CHUNK = 500


@attrs.frozen
class Stored:
    """One record; *values* are what its columns hold, without those that are NULL."""

    id: RecordID
    database: str
    owner: str
    access: list[dict[str, Any]] | None
    created_at: datetime
    created_by: str
    updated_at: datetime
    updated_by: str
    values: Mapping[str, Any]

    @property
    def subject(self) -> tuple[str, Mapping[str, Any]]:
        """What rules for fields look at: the owner and the fields."""
        return self.owner, self.values


def from_row(owner: RecordType, row: Sequence[Any]) -> Stored:
    """Return the record in *row*, which holds every column of its table."""
    key, database, user, access, created_at, created_by, updated_at, updated_by = row[
        : len(META)
    ]
    return Stored(
        RecordID(owner.name, key),
        database,
        user,
        access,
        created_at,
        created_by or "",
        updated_at,
        updated_by or "",
        {
            name: value
            for name, value in zip(owner.fields, row[len(META) :], strict=False)
            if value is not None
        },
    )


def load(
    work: Work, record_type: str, keys: Iterable[str], scope: Scope
) -> dict[str, Stored]:
    """Return the records of a type with these *keys* that are in *scope*."""
    return _load(work, record_type, keys, scope, lambda asked: asked)


def hold(work: Work, ids: Iterable[RecordID], scope: Scope) -> dict[RecordID, Stored]:
    """Return the records with these *ids*, which only *work* may change from now."""
    keys: dict[str, list[str]] = {}
    for record in ids:
        keys.setdefault(record.type, []).append(record.key)
    return {
        stored.id: stored
        for name in sorted(keys)
        for stored in _load(work, name, keys[name], scope, _held).values()
    }


def _load(
    work: Work,
    record_type: str,
    keys: Iterable[str],
    scope: Scope,
    how: Callable[[Select[Any]], Select[Any]],
) -> dict[str, Stored]:
    owner = work.catalog.types.get(record_type)
    if owner is None:
        return {}
    rows: list[Sequence[Any]] = []
    match sorted(set(keys)):
        case [key]:  # a third sooner than by a list of one
            found = lookup(owner, key, scope)
            row = work.row(attrs.evolve(found, statement=how(found.statement)))
            rows += [] if row is None else [row]
        case several:
            asked = owner.by_keys if scope.is_union else owner.by_keys_there
            for chunk in chunks(several):
                given = {"keys": chunk, "database": scope.id}
                rows += work.connection.execute(how(asked), given)
    return {row[0]: from_row(owner, row) for row in rows}


@lru_cache(maxsize=256)
def _held(asked: Select[Any]) -> Select[Any]:
    """Return *asked* so that others wait who want to change what it finds.

    SQLite has one writer anyway. All take records in one order, so that no two wait
    for each other; who only refers to one waits for nobody.
    """
    key = asked.selected_columns["_id"]
    return asked.order_by(key).with_for_update(key_share=True)


def lookup(owner: RecordType, key: str, scope: Scope) -> Lookup:
    """Return what finds one record of *owner*, for `from_row()`."""
    if scope.is_union:
        return Lookup(owner.by_key, {"key": key})
    return Lookup(owner.by_key_there, {"key": key, "database": scope.id})


def chunks(items: Sequence[str]) -> Iterator[Sequence[str]]:
    """Yield *items* in groups that fit one statement."""
    for start in range(0, len(items), _CHUNK):
        yield items[start : start + _CHUNK]
