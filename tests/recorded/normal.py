"""Normal: requests that mean the same to the server, written the same way.

Each function is one documented rule; `test_normal.py` shows each on the recordings.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from skysyn import JSON

Body = dict[str, "JSON"]

_MIRRORED = {
    "eq": "eq",
    "neq": "neq",
    "gt": "lt",
    "gte": "lte",
    "lt": "gt",
    "lte": "gte",
}
_NULLABLE = {"predicate", "desired_keys", "limit"}
_SKIPPED_IF_EMPTY = {"sort", "include"}


def public_database(body: Body) -> Body:
    """Name the database: absent, null and "" are `_public` (protocol 7.6)."""
    return {**body, "database_id": body.get("database_id") or "_public"}


def no_count(body: Body) -> Body:
    """Leave out `count: false`, which is the default (11.1)."""
    return {k: v for k, v in body.items() if (k, v) != ("count", False)}


def no_nulls(body: Body) -> Body:
    """Leave out options that are null, which are as if absent (11.1)."""
    return {k: v for k, v in body.items() if k not in _NULLABLE or v is not None}


def no_empty_options(body: Body) -> Body:
    """Leave out an empty sort and include, which ask for nothing (11.1)."""
    return {k: v for k, v in body.items() if k not in _SKIPPED_IF_EMPTY or v}


def no_null_access(body: Body) -> Body:
    """Leave out the `_access: null` of records, which is as if absent (9.3)."""
    records = body.get("records")
    if not isinstance(records, list):
        return body
    return {**body, "records": [_without_access(record) for record in records]}


def _without_access(record: JSON) -> JSON:
    if isinstance(record, dict) and record.get("_access", ...) is None:
        return {k: v for k, v in record.items() if k != "_access"}
    return record


def no_metadata_keys(body: Body) -> Body:
    """Leave the metadata out of `desired_keys`: it is always answered (11.7)."""
    keys = body.get("desired_keys")
    if not isinstance(keys, list):
        return body
    return {**body, "desired_keys": [k for k in keys if not str(k).startswith("_")]}


def owner_by_one_name(body: Body) -> Body:
    """Call the owner `_owner_id`; in keypaths `_owner` is an alias (11.2)."""

    def rename(data: JSON) -> JSON:
        if data == {"$type": "keypath", "$val": "_owner"}:
            return {"$type": "keypath", "$val": "_owner_id"}
        return data

    return _everywhere(body, rename)


def field_first(body: Body) -> Body:
    """Write comparisons field first, as Python turns `2 == Task.n` round."""

    def turn(data: JSON) -> JSON:
        match data:
            case [str(op), left, {"$type": "keypath"} | ["func", *_] as right] if (
                op in _MIRRORED and not _is_field(left)
            ):
                return [_MIRRORED[op], right, left]
            case _:
                return data

    return _everywhere(body, turn)


def _is_field(data: JSON) -> bool:
    match data:
        case {"$type": "keypath"} | ["func", *_]:
            return True
        case _:
            return False


def instants(body: Body) -> Body:
    """Write dates as instants: in UTC, without the zeros that end a fraction (6.1)."""

    def shift(data: JSON) -> JSON:
        match data:
            case {"$type": "date", "$date": str(text)}:
                return {"$type": "date", "$date": instant(text)}
            case _:
                return data

    return _everywhere(body, shift)


def instant(text: str) -> str:
    """Return an RFC 3339 date in UTC with all the digits of its fraction."""
    try:
        date = datetime.fromisoformat(text)
    except ValueError:
        return text
    rest = text[19:]
    digits = ""
    if rest[:1] == ".":
        digits = rest[1 : len(rest) - len(rest[1:].lstrip("0123456789"))].rstrip("0")
    offset = date.utcoffset()
    if offset is None:
        return text
    utc = date.replace(tzinfo=None, microsecond=0) - (offset or timedelta())
    return f"{utc.isoformat()}.{digits}Z" if digits else f"{utc.isoformat()}Z"


NORMALISATIONS: tuple[Callable[[Body], Body], ...] = (
    public_database,
    no_count,
    no_nulls,
    no_empty_options,
    no_null_access,
    no_metadata_keys,
    owner_by_one_name,
    field_first,
    instants,
)
"""Every rule, in the order they are applied."""


def normal(body: Body) -> Body:
    """Return *body* with every rule applied."""
    for rule in NORMALISATIONS:
        body = rule(body)
    return body


def _everywhere(body: Body, change: Callable[[JSON], JSON]) -> Body:
    return {name: _deep(value, change) for name, value in body.items()}


def _deep(data: JSON, change: Callable[[JSON], JSON]) -> JSON:
    match data:
        case list():
            return change([_deep(item, change) for item in data])
        case dict():
            return change({name: _deep(item, change) for name, item in data.items()})
        case _:
            return data


def same(one: JSON, other: JSON) -> bool:
    """Whether both are the same JSON; numbers by value, truth values apart."""
    match one, other:
        case list(), list():
            pairs = zip(one, other, strict=False)
            return len(one) == len(other) and all(same(a, b) for a, b in pairs)
        case dict(), dict():
            return one.keys() == other.keys() and all(
                same(value, other[name]) for name, value in one.items()
            )
        case _:
            return isinstance(one, bool) == isinstance(other, bool) and one == other
