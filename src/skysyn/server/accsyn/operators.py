"""Operators: what accsyn's conditions mean, in SQL.

Text is compared in any case. What has no value equals nothing, so `!=` holds for it;
no comparison is ever neither true nor false.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import attrs
from sqlalchemy import (
    ColumnElement,
    Text,
    and_,
    cast,
    false,
    func,
    literal,
    not_,
    or_,
    select,
)

from skysyn.dialects.accsyn import values
from skysyn.dialects.accsyn.refusals import invalid
from skysyn.errors import ConversionError
from skysyn.models import Compare, Contains, In, Matches, Path, Predicate
from skysyn.server.store import texts
from skysyn.server.store.predicates import COMPARISONS

from .attributes import TARGETS, Attribute, Attributes
from .tables import CLIENTS, JOBS, SITES, USERS, WORKSPACES, Family

if TYPE_CHECKING:
    from skysyn.errors import RemoteError

_PARTIES: tuple[tuple[str, Family], ...] = (
    ("user", USERS),
    ("site", SITES),
    ("workspace", WORKSPACES),
    ("client", CLIENTS),
)
_MAIN_SITE = "hq"
_LARGEST = 2**63


@attrs.frozen
class Operators:
    """What conditions mean on *attributes*."""

    attributes: Attributes

    @property
    def _is_sqlite(self) -> bool:
        return self.attributes.work.is_sqlite

    def condition(self, predicate: Predicate, /) -> ColumnElement[bool]:
        """Return what a *predicate* says that joins no others."""
        match predicate:
            case Compare(op=op, left=Path() as path, right=value):
                found = self.attributes.find(path)
                if op in {"eq", "neq"}:
                    equal = _sure(self._equals(found, value, wild=True))
                    return equal if op == "eq" else not_(equal)
                return _sure(self._ordered(found, op, value))
            case In():
                found = self.attributes.find(predicate.path)
                equal_to = [self._equals(found, item) for item in predicate.values]
                return _sure(or_(false(), *equal_to))
            case Contains():
                found = self.attributes.find(predicate.path)
                return _sure(self._contains(found, predicate.item))
            case Matches():
                return self._matches(predicate)
            case _:
                msg = f"invalid query: there is no {type(predicate).__name__.lower()}"
                raise invalid(msg)

    def _equals(
        self, found: Attribute, value: object, *, wild: bool = False
    ) -> ColumnElement[bool]:
        match found.kind:
            case "number":
                return found.column == _number(found, value)
            case "boolean":
                return found.column == _boolean(found, value)
            case "date":
                return found.column == _date(found, value)
            case "ref":
                return self._refers(found, _text(value), wild=wild)
            case "party":
                return self._is_party(found, _text(value), wild=wild)
            case _:
                return self._same(_as_text(found), _text(value), wild=wild)

    def _same(
        self, column: ColumnElement[Any], text: str, *, wild: bool
    ) -> ColumnElement[bool]:
        """Return the condition that a column holds *text*, in any case."""
        if "\0" in text:
            return false()
        mine = self._folded(column)
        if wild and "*" in text:
            pattern = text.lower()
            return texts.wildcard(mine, pattern, is_sqlite=self._is_sqlite)
        return mine == self._folded(literal(text, Text))

    def _folded(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        return texts.folded(column, is_sqlite=self._is_sqlite)

    def _refers(
        self, found: Attribute, text: str, *, wild: bool
    ) -> ColumnElement[bool]:
        """Return the condition that an id leads to *text*: an id, a code or a name."""
        own = found.name.rpartition(".")[2].lower()
        named = [
            found.column.in_(self._ids(family, text, wild=wild))
            for family in TARGETS.get(own, ())
        ]
        return or_(self._same(found.column, text, wild=wild), *named)

    def _ids(self, family: Family, text: str, *, wild: bool, prefix: str = "") -> Any:
        """Return the ids of what has *text* as its code, or a queue as its name."""
        work, other = self.attributes.work, family.table.alias()
        same = self._same(other.c.code, text, wild=wild)
        if family is JOBS:
            # of jobs only those of queues are codes
            same = and_(other.c["_kind"] == "queue", same)
            by_name = self._same(other.c.name, text, wild=wild)
            same = or_(same, and_(other.c["_kind"] == "queue", by_name))
        key = literal(prefix) + other.c.id if prefix else other.c.id
        return select(key).where(other.c["_workspace"] == work.workspace, same)

    def _is_party(
        self, found: Attribute, text: str, *, wild: bool
    ) -> ColumnElement[bool]:
        """Return the condition that a party is *text*: `type:id`, an id or a code."""
        kind, colon, name = text.partition(":")
        kinds = [kind.lower()] if colon else [known for known, _ in _PARTIES]
        name = name if colon else text
        held = [self._same(found.column, text, wild=wild)]
        held += [
            self._same(found.column, f"{kind}:{name}", wild=wild)
            for kind in (*kinds, *(() if colon else ("share",)))
        ]
        held += [
            found.column.in_(self._ids(family, name, wild=wild, prefix=f"{known}:"))
            for known, family in _PARTIES
            if known in kinds
        ]
        if text.lower() == _MAIN_SITE:
            held.append(found.column.like("workspace:%"))
        return or_(*held)

    def _ordered(self, found: Attribute, op: Any, value: object) -> ColumnElement[bool]:
        compare = COMPARISONS[op]
        match found.kind:
            case "number":
                return compare(found.column, _number(found, value))
            case "date":
                return compare(found.column, _date(found, value))
            case "text" | "ref" | "party":
                sides = (found.column, literal(_checked(_text(value)), Text))
                mine, other = (
                    texts.by_code(self._folded(side), is_sqlite=self._is_sqlite)
                    for side in sides
                )
                return compare(mine, other)
            case _:
                raise _unfit(found, f"{found.kind} values have no order")

    def _contains(self, found: Attribute, item: object) -> ColumnElement[bool]:
        text = _text(item)
        if "\0" in text:
            return false()
        part = self._folded(literal(text, Text))
        if found.kind == "json":
            return self._has_member(found.column, text)
        column = self._folded(_as_text(found))
        return texts.holds(column, part, is_sqlite=self._is_sqlite)

    def _has_member(self, column: ColumnElement[Any], text: str) -> ColumnElement[bool]:
        """Return the condition that a list has an element, or an object a key."""
        if self._is_sqlite:
            found: ColumnElement[bool] = func.sky_has(column, text) == 1
            return found
        return func.sky_has(column, text)

    def _matches(self, predicate: Matches) -> ColumnElement[bool]:
        found = self.attributes.find(predicate.path)
        work = self.attributes.work
        try:
            return _sure(
                texts.matching(
                    work.connection,
                    _as_text(found),
                    _checked(predicate.pattern),
                    self.attributes.here(),
                    is_sqlite=self._is_sqlite,
                )
            )
        except ValueError as error:
            msg = f"invalid query: {error}"
            raise invalid(msg) from None


def _sure(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return *condition*, false where it is neither true nor false."""
    return func.coalesce(condition, false())


def _as_text(found: Attribute) -> ColumnElement[Any]:
    if found.kind in {"text", "ref", "party"}:
        return found.column
    if found.kind == "json":
        return cast(found.column, Text)
    raise _unfit(found, f"it is a {found.kind}, no text")


def _checked(text: str) -> str:
    return text.replace("\0", "")


def _text(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case datetime():
            return values.dump_date(value)
        case _:
            return str(value)


def _number(found: Attribute, value: object) -> float:
    if isinstance(value, str):
        try:
            value = float(value) if not value.lstrip("-").isdigit() else int(value)
        except ValueError:
            value = None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise _unfit(found, "a number is wanted")
    if isinstance(value, int) and abs(value) >= _LARGEST:
        return float(value)
    return value


def _boolean(found: Attribute, value: object) -> bool:
    known = {"true": True, "false": False, "1": True, "0": False}
    answer = known.get(_text(value).lower())
    if answer is None:
        raise _unfit(found, "true or false is wanted")
    return answer


def _date(found: Attribute, value: object) -> datetime:
    if isinstance(value, datetime):
        return value
    try:
        return values.load_date(_text(value).upper())
    except ConversionError:
        raise _unfit(found, "a date is wanted, such as 2026-07-02T08:15:00") from None


def _unfit(found: Attribute, why: str) -> RemoteError:
    return invalid(f"invalid query: {found.name}: {why}")
