"""Operations and results as data: what sessions ask of a service and get back."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import attrs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from skysyn.errors import RemoteError

    from .acl import ACL
    from .predicate import Distance, Order, Path, Predicate
    from .ref import RecordID
    from .values import JSON


def _nothing() -> Mapping[str, JSON]:
    return {}


@attrs.frozen
class Select:
    """Find records of one *collection* (record type or entity type).

    *only* are the wire names to answer with, *include* what to send along, *scope*
    is the database, *options* are the service's own flags.
    """

    collection: str
    where: Predicate | None = None
    order: tuple[Order, ...] = ()
    limit: int | None = None
    offset: int | None = None
    include: Mapping[str, Path | Distance] = attrs.field(
        factory=dict[str, "Path | Distance"]
    )
    only: tuple[str, ...] | None = None
    count: bool = False
    scope: str | None = None
    options: Mapping[str, JSON] = attrs.field(factory=_nothing)


@attrs.frozen
class Fetch:
    """Read records by their ids, in this order."""

    ids: tuple[RecordID, ...]
    scope: str | None = None


@attrs.frozen
class Row:
    """What one save says about a record: its id, fields to set, and its ACL.

    *fields* are typed values by wire name; None clears one. *access* is sent only
    if *sets_access*, since "no list" (None) and "not touched" are different things.
    """

    id: RecordID
    fields: Mapping[str, object] = attrs.field(factory=dict[str, object])
    access: ACL | None = None
    sets_access: bool = False


@attrs.frozen
class Save:
    """Store *rows*; *atomic* means all of them or none."""

    rows: tuple[Row, ...]
    atomic: bool = False
    scope: str | None = None


@attrs.frozen
class Delete:
    """Delete records; *atomic* means all of them or none."""

    ids: tuple[RecordID, ...]
    atomic: bool = False
    scope: str | None = None


@attrs.frozen
class Call:
    """Any action of the service, by name, with its parameters as JSON."""

    name: str
    payload: Mapping[str, JSON] = attrs.field(factory=_nothing)


Operation: TypeAlias = Select | Fetch | Save | Delete | Call


@attrs.frozen
class Rows:
    """Answer to `Select`: each record's wire bytes, and the total if it was asked."""

    rows: tuple[bytes, ...]
    total: int | None = None


@attrs.frozen
class Entries:
    """Answer to `Fetch`, `Save` and `Delete`: per item its wire bytes or its error.

    A deleted item answers with empty bytes.
    """

    entries: tuple[bytes | RemoteError, ...]


@attrs.frozen
class Answer:
    """Answer to `Call`: the service's result as JSON."""

    result: JSON = None
    info: Mapping[str, JSON] = attrs.field(factory=_nothing)


Result: TypeAlias = Rows | Entries | Answer
