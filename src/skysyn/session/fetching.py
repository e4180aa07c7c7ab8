"""Reading records by their ids."""

from __future__ import annotations

from collections import defaultdict
from itertools import groupby
from typing import TYPE_CHECKING, TypeVar

from skysyn.arguments import check_argument
from skysyn.errors import NotSaved, QueryError, RemoteError
from skysyn.models import Entries, Fetch, Model, RecordID, Reference, is_reference

from .report import Failure, FetchReport

if TYPE_CHECKING:
    from collections.abc import Sequence

    from skysyn.models import Backend, Ref

M = TypeVar("M", bound=Model)

BATCH = 200
"""How many records one request names at most."""


def bare_key(model: type[Model], key: str | RecordID) -> str:
    """Return the bare key of *key*.

    Raises:
        QueryError: it is empty, or the id of another type.
    """
    takes = f"the key of a {model.__name__} is a text or a RecordID"
    check_argument(key, (str, RecordID), takes)
    check_argument(key.key if isinstance(key, RecordID) else key, str, takes)
    if not (key.key if isinstance(key, RecordID) else key):
        msg = f"the key of a {model.__name__} is not empty"
        raise QueryError(msg)
    if isinstance(key, RecordID):
        if key.type != model.__collection__:
            msg = f"{key} is no {model.__collection__}"
            raise QueryError(msg)
        return key.key
    if key.startswith(f"{model.__collection__}/"):
        bare = key.removeprefix(f"{model.__collection__}/")
        msg = (
            f"{key!r} is `type/key`: write the bare key {bare!r}, or "
            f"RecordID({model.__collection__!r}, {key!r}) if it is the key"
        )
        raise QueryError(msg)
    return key


def fetch(
    backend: Backend, refs: Sequence[Ref[M]], scope: str | None
) -> FetchReport[M]:
    """Fetch the records that *refs* refer to, in batches."""
    report: FetchReport[M] = FetchReport()
    for place, group in groupby(refs, key=lambda ref: scope or scope_of(ref)):
        asked = [_reference(ref) for ref in group]
        for start in range(0, len(asked), BATCH):
            _fetch_part(backend, asked[start : start + BATCH], place, report)
    return report


def _reference(ref: Ref[M]) -> Reference[M]:
    if isinstance(ref, Reference):
        return ref
    return Reference(type(ref.load()), ref.ref_id)


def _fetch_part(
    backend: Backend,
    part: Sequence[Reference[M]],
    scope: str | None,
    report: FetchReport[M],
) -> None:
    origin = backend.origin(scope)
    for ref, entry in zip(part, entries(backend, part, scope), strict=True):
        if isinstance(entry, bytes):
            report.found.append(ref.model.__sky_make__(entry, origin))
        else:
            report.failed.append(Failure(ref, entry))


def refresh(backend: Backend, objects: Sequence[Model]) -> None:
    """Read *objects* again; raise the first error after all were asked."""
    by_scope: dict[str | None, list[Model]] = defaultdict(list)
    for instance in objects:
        if not instance.is_stored:
            msg = f"{instance!r} is not stored yet: save it first"
            raise NotSaved(msg)
        by_scope[scope_of(instance)].append(instance)
    errors: list[RemoteError] = []
    for scope, group in by_scope.items():
        for start in range(0, len(group), BATCH):
            part = group[start : start + BATCH]
            errors += _take_over(backend, part, entries(backend, part, scope), scope)
    if errors:
        raise errors[0]


def _take_over(
    backend: Backend,
    part: Sequence[Model],
    entries: Sequence[bytes | RemoteError],
    scope: str | None,
) -> list[RemoteError]:
    origin = backend.origin(scope)
    errors: list[RemoteError] = []
    for instance, entry in zip(part, entries, strict=True):
        if isinstance(entry, bytes):
            instance.__sky_load__(entry, origin)
        else:
            errors.append(entry)
    return errors


def entries(
    backend: Backend, asked: Sequence[object], scope: str | None
) -> Sequence[bytes | RemoteError]:
    """Fetch what the service has of each record or reference, in one request."""
    result = backend.execute(Fetch(tuple(id_of(one) for one in asked), scope))
    if not isinstance(result, Entries):
        msg = f"a Fetch is answered by Entries, not {type(result).__name__}"
        raise TypeError(msg)
    return result.entries


def id_of(one: object) -> RecordID:
    """Return the id of a record, or of what a reference leads to."""
    if is_reference(one):
        return RecordID(one.model.__collection__, one.key)
    if isinstance(one, Model):
        return RecordID(one.__collection__, one.ref_id)
    msg = f"{one!r} is no record"
    raise TypeError(msg)


def scope_of(one: object) -> str | None:
    """Return the database that a record came from, None for the session's own."""
    origin = one.__sky_origin__ if isinstance(one, Model) else None
    return None if origin is None else origin.scope
