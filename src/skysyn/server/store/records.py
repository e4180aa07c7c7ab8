"""Records as they are stored, and how they are read from their tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from skysyn.models import RecordID

from .catalog import META
from .foresight import Lookup

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

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
    owner = work.catalog.types.get(record_type)
    if owner is None:
        return {}
    rows: list[Sequence[Any]] = []
    match sorted(set(keys)):
        case [key]:  # a third sooner than by a list of one
            row = work.row(lookup(owner, key, scope))
            rows += [] if row is None else [row]
        case several:
            asked = owner.by_keys if scope.is_union else owner.by_keys_there
            for chunk in chunks(several):
                given = {"keys": chunk, "database": scope.id}
                rows += work.connection.execute(asked, given)
    return {row[0]: from_row(owner, row) for row in rows}


def lookup(owner: RecordType, key: str, scope: Scope) -> Lookup:
    """Return what finds one record of *owner*, for `from_row()`."""
    if scope.is_union:
        return Lookup(owner.by_key, {"key": key})
    return Lookup(owner.by_key_there, {"key": key, "database": scope.id})


def chunks(items: Sequence[str]) -> Iterator[Sequence[str]]:
    """Yield *items* in groups that fit one statement."""
    for start in range(0, len(items), _CHUNK):
        yield items[start : start + _CHUNK]
