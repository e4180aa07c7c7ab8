"""Listening: events as the operations that `operations` says with them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from skysyn.models import (
    JSON,
    Delete,
    Fetch,
    Operation,
    RecordID,
    Row,
    Save,
    Select,
)

from . import parsing, values
from .refusals import invalid

if TYPE_CHECKING:
    from collections.abc import Mapping

    from skysyn.models import Predicate

    from .events import Event

_STATEMENT = re.compile(r"\s*[A-Za-z]\w*\s+where\s", re.IGNORECASE)
_CALLS = {"log", "setting"}
"""What has finds that are no lists of entities."""
MAX_QUERY = 256 * 1024


def operation(event: Event, eid: str) -> Operation:
    """Return the operation that *event* is; what is made gets its key from *eid*.

    Raises:
        QueryError: its query cannot be read.
        RemoteError: its data have another form than such an operation's.
    """
    kind, _, verb = event.uri.partition("/")
    match event.method, verb:
        case "GET", "find" if kind not in _CALLS:
            return _find(kind, event)
        case "POST", "create" if not (event.id or event.query or kind == "acl"):
            key = f"{values.NEW}{eid}"
            return Save((Row(RecordID(kind, key), _object(event.data)),))
        case "PUT", "edit" if event.id and not event.query:
            return _edit(kind, event.id, event.data)
        case "DELETE", "delete" if event.id and not event.data and not event.query:
            return Delete((RecordID(kind, event.id),))
        case _:
            return event.call()


def _find(kind: str, event: Event) -> Operation:
    data = dict(_object(event.data))
    if event.id:
        if event.query or data:
            msg = "id: an entity is read by its id alone"
            raise invalid(msg)
        return Fetch((RecordID(kind, event.id),))
    parent = data.get("parent")
    if isinstance(parent, str) and len(data) == 1 and event.query:
        name, _, key = event.query.partition("=")
        if name == "id" and values.is_key(key):
            return Fetch((RecordID(kind, key),), parent)
    return Select(
        kind,
        where=where(event.query),
        limit=_number(data, "limit"),
        offset=_number(data, "skip"),
        only=_names(data),
        options=data,
    )


def where(query: str | None) -> Predicate | None:
    """Return the condition that a *query* says; it may be a whole statement.

    Raises:
        QueryError: it cannot be read.
    """
    if not query or not query.strip():
        return None
    if len(query) > MAX_QUERY:
        msg = f"query: it has {len(query)} characters; {MAX_QUERY} are allowed"
        raise invalid(msg)
    found = _STATEMENT.match(query)
    return parsing.load(query[found.end() :] if found else query)


def _edit(kind: str, key: str, data: JSON) -> Save:
    if not isinstance(data, list):
        return Save((Row(RecordID(kind, key), _object(data)),))
    rows = [_object(item) for item in data]
    if not rows:
        msg = "data: no tasks are named"
        raise invalid(msg)
    return Save(tuple(_row(kind, row) for row in rows), scope=key)


def _row(kind: str, data: Mapping[str, JSON]) -> Row:
    """Return one of several to edit, which its id names, or its uri."""
    name = "id" if data.get("id") else "uri"
    key = data.get(name)
    if not isinstance(key, str) or not key:
        msg = "data: each needs its id or uri"
        raise invalid(msg)
    fields = {other: value for other, value in data.items() if other != name}
    return Row(RecordID(kind, key), fields)


def _object(data: JSON) -> Mapping[str, JSON]:
    if data is None:
        return {}
    if not isinstance(data, dict):
        msg = "data: an object is wanted"
        raise invalid(msg)
    return data


def _number(data: dict[str, JSON], name: str) -> int | None:
    found = data.pop(name, None)
    if found is None:
        return None
    if not isinstance(found, int) or not 0 <= found < 2**31:
        msg = f"{name}: a whole number is wanted, not {found!r:.40}"
        raise invalid(msg)
    # accsyn takes none for no limit at all
    return int(found) or None


def _names(data: dict[str, JSON]) -> tuple[str, ...] | None:
    found = data.pop("attributes", None)
    if not found:
        return None
    if not isinstance(found, list) or not all(isinstance(item, str) for item in found):
        msg = "attributes: a list of names is wanted"
        raise invalid(msg)
    return tuple(str(item) for item in found)
