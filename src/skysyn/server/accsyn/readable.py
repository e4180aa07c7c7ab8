"""Readable: the `_hr` attributes, which say in words what another one refers to."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Table,
    case,
    func,
    literal,
    null,
    select,
    true,
)

from .tables import CLIENTS, ENGINES, JOBS, SHARES, SITES, USERS, WORKSPACES, Family

if TYPE_CHECKING:
    from collections.abc import Callable

    Words = Callable[[FromClause], ColumnElement[Any]]

NUMBERS = {
    "transfer": 1,
    "queue": 2,
    "compute": 3,
    "delivery": 7,
    "request": 8,
    "stream": 10,
}
"""What each kind of job is called by older clients."""

_CLIENTS = ("app", "server", "userserver", "browser", "lane")


def twin(table: FromClause, name: str) -> ColumnElement[Any]:
    """Return the attribute *name*, which ends in `_hr`, of the rows of *table*."""
    column = table.c.get(name.removesuffix("_hr"))
    return null() if column is None else _twin(table, name, column)


# of tables alone: it is the same for every request, and long to put together
@cache
def twins(table: Table, names: tuple[str, ...]) -> tuple[ColumnElement[Any], ...]:
    """Return several such attributes, each with its name as label."""
    return tuple(twin(table, name).label(name) for name in names)


def _twin(
    table: FromClause, name: str, column: ColumnElement[Any]
) -> ColumnElement[Any]:
    match name:
        case "user_hr":
            return _of(table, USERS, column, _person)
        case "parent_hr":
            job = _of(table, JOBS, column, _job)
            return func.coalesce(job, _of(table, SHARES, column, _share))
        case "job_hr":
            return _of(table, JOBS, column, _job)
        case "site_hr":
            return _of(table, SITES, column, _plain)
        case "engine_hr":
            return _of(table, ENGINES, column, _plain)
        case "type_hr":
            return case(dict(enumerate(_CLIENTS)), value=column)
        case "status_hr":
            return _state(table, column)
        case _:
            return _party(table, column)


def _state(table: FromClause, status: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return a status, with what failed if something did."""
    life = table.c.get("_life")
    if life is None:
        return status
    fault = life["fault"].as_string()
    told = func.coalesce(status.concat(": ").concat(fault), status)
    return case((status == "failed", told), else_=status)


def _party(table: FromClause, column: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return what a column of `type:id` says in words; itself where it is unknown."""
    known: list[ColumnElement[Any]] = [
        _of(table, family, column, words, prefix)
        for family, words, prefix in (
            (USERS, _person, "user:"),
            (WORKSPACES, _workspace, "workspace:"),
            (SITES, _plain, "site:"),
            (CLIENTS, _plain, "client:"),
            (SHARES, _share, "share:"),
        )
    ]
    # who is invited has no id yet, and is called by the email alone
    email = case(
        (column.like("user:%@%"), func.substr(column, len("user:") + 1)), else_=null()
    )
    return func.coalesce(*known, email, column)


def _of(
    table: FromClause,
    family: Family,
    column: ColumnElement[Any],
    words: Words,
    prefix: str = "",
) -> ColumnElement[Any]:
    other = family.table.alias()
    # not the id with the prefix in front, by which no index finds it
    key = func.substr(column, len(prefix) + 1) if prefix else column
    found = select(words(other)).where(
        other.c["_workspace"] == table.c["_workspace"],
        other.c.id == key,
        column.startswith(prefix, autoescape=True) if prefix else true(),
    )
    return found.correlate_except(other).scalar_subquery()


def _joined(*parts: ColumnElement[Any] | str) -> ColumnElement[Any]:
    whole: ColumnElement[Any] = literal("")
    for part in parts:
        whole += literal(part) if isinstance(part, str) else func.coalesce(part, "")
    return whole


def _person(other: FromClause) -> ColumnElement[Any]:
    row = other.c
    return _joined("user:", row.code, "[", row.role, "](", row.id, ")")


def _workspace(other: FromClause) -> ColumnElement[Any]:
    return _joined("workspace:", other.c.code, "(", other.c.id, ")")


def _share(other: FromClause) -> ColumnElement[Any]:
    row = other.c
    return _joined("share:", row.name, "[", row["_kind"], "](", row.id, ")")


def _job(other: FromClause) -> ColumnElement[Any]:
    row = other.c
    number = case({k: str(n) for k, n in NUMBERS.items()}, value=row["_kind"])
    return _joined(row.name, "[", number, "](", row.id, ")")


def _plain(other: FromClause) -> ColumnElement[Any]:
    return _joined(other.c.code, "(", other.c.id, ")")
