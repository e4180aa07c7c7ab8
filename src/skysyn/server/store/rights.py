"""Rights: who may read and write a record, decided here for every path."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import ColumnElement, FromClause, and_, exists, func, or_, select, true

from .kinds import json_type

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from .caller import Caller

Access = list[dict[str, Any]]
"""An access control list as it is stored; no list at all is None."""


def may(
    caller: Caller,
    level: Literal["read", "write"],
    *,
    owner: str,
    access: Sequence[Mapping[str, Any]] | None,
) -> bool:
    """Whether *caller* may read or write a record with this *owner* and *access*."""
    if caller.is_master or access is None:
        return True
    if caller.user_id is not None and caller.user_id == owner:
        return True
    return any(
        _names(entry, caller) and (level == "read" or entry.get("level") == "write")
        for entry in access
    )


def _names(entry: Mapping[str, Any], caller: Caller) -> bool:
    """Whether *entry* is about *caller*; relations are stored but grant nothing."""
    if entry.get("public"):
        return True
    if caller.user_id is None:
        return False
    if entry.get("role") in caller.roles:
        return True
    return (
        entry.get("user_id") == caller.user_id
        and entry.get("relation", "$direct") == "$direct"
    )


def readable(
    table: FromClause, caller: Caller, *, is_sqlite: bool
) -> ColumnElement[bool]:
    """Return the condition in SQL that `may(caller, "read", …)` holds for a row."""
    if caller.is_master:
        return true()
    access: ColumnElement[Any] = table.c["_access"]
    granted: list[ColumnElement[bool]] = [access.is_(None)]
    if caller.user_id is not None:
        granted.append(table.c["_owner_id"] == caller.user_id)
    return or_(*granted, _entry_names(access, caller, is_sqlite=is_sqlite))


def _entry_names(
    access: ColumnElement[Any], caller: Caller, *, is_sqlite: bool
) -> ColumnElement[bool]:
    entries, get = _entries(access, is_sqlite=is_sqlite)
    named = [get("public") == (1 if is_sqlite else "true")]
    if caller.user_id is not None:
        relation = func.coalesce(get("relation"), "$direct")
        named.append(and_(get("user_id") == caller.user_id, relation == "$direct"))
        if caller.roles:
            named.append(get("role").in_(sorted(caller.roles)))
    return exists(select(1).select_from(entries).where(or_(*named)))


def _entries(
    access: ColumnElement[Any], *, is_sqlite: bool
) -> tuple[FromClause, Callable[[str], ColumnElement[Any]]]:
    """Return the entries of a list as rows, and how to get a member of one."""
    if is_sqlite:
        entries = func.json_each(access).table_valued("value").alias("entry")

        return entries, lambda name: func.json_extract(entries.c.value, f"$.{name}")
    rows = func.jsonb_array_elements(access, type_=json_type()).table_valued("value")
    found = rows.render_derived().alias("entry")
    return found, found.c.value.op("->>")
