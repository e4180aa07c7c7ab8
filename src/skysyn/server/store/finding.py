"""Finding: queries for records, with what is included and counted."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

import attrs
from sqlalchemy import ColumnElement, func, select
from sqlalchemy import Select as Statement

from skysyn.dialects.skygear.refusals import refuse, unexpected
from skysyn.models import (
    JSON,
    And,
    Compare,
    Contains,
    Distance,
    In,
    Like,
    Not,
    Or,
    Path,
    Predicate,
    Related,
    Within,
)

from . import records, rights
from .catalog import META
from .conditions import Conditions
from .field_rights import FieldRights
from .printing import Printer, Sign

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from skysyn.models import Select

    from .caller import Caller, Scope
    from .catalog import RecordType
    from .records import Stored
    from .store import Work

_CHUNK = 500
_USERS = {"_ownerID": "owner", "_created_by": "created_by", "_updated_by": "updated_by"}


@attrs.frozen
class Found:
    """Records as JSON, to be read in the transaction, and the total if it was asked."""

    rows: Iterator[bytes]
    total: int | None


class Finding:
    """Answers one query for one caller."""

    def __init__(self, work: Work, caller: Caller, scope: Scope, sign: Sign) -> None:
        self._work = work
        self._caller = caller
        self._scope = scope
        self._rights = FieldRights(work.catalog, caller)
        self._sign = sign

    def find(self, asked: Select) -> Found:
        """Return what *asked* finds; its rows are read while they are asked for.

        Raises:
            RemoteError: it asks for what is not there, or not for the caller.
        """
        owner = self._work.catalog.types.get(asked.collection)
        if owner is None:
            if asked.collection.startswith("_"):
                msg = f"{asked.collection} is no record type"
                raise unexpected(msg)
            return Found(iter(()), 0 if asked.count else None)
        self.check_rights(asked, owner)
        if (key := key_asked(asked)) is not None:
            _check_only(asked, owner)
            return Found(self._print_one(asked, owner, key), None)
        conditions = Conditions(self._work, owner, self._caller, self._scope)
        _check_only(asked, owner)
        statement = self._statement(asked, owner, conditions)
        total = self._count(asked, conditions) if asked.count else None
        return Found(self._print(asked, owner, statement), total)

    def _statement(
        self, asked: Select, owner: RecordType, conditions: Conditions
    ) -> Statement[Any]:
        where = self._where(asked, conditions)
        order = [self._order(item, conditions) for item in asked.order]
        computed = [
            conditions.distance(value)
            for value in asked.include.values()
            if isinstance(value, Distance)
        ]
        statement: Statement[Any] = (
            select(*owner.table.c, *computed)
            .select_from(conditions.source)
            .where(*where)
            .order_by(*order)
        )
        return _paged(statement, asked)

    def _where(
        self, asked: Select, conditions: Conditions
    ) -> list[ColumnElement[bool]]:
        found = [conditions.visible()]
        if asked.where is not None:
            found.append(conditions.where(asked.where))
        return found

    def _order(self, item: Any, conditions: Conditions) -> ColumnElement[Any]:
        key = conditions.order_key(item.by)
        if item.ordering == "asc":
            return key.asc().nulls_last()
        return key.desc().nulls_first()

    def _count(self, asked: Select, conditions: Conditions) -> int:
        where = self._where(asked, conditions)
        statement = select(func.count()).select_from(conditions.source).where(*where)
        return self._work.connection.execute(statement).scalar_one()

    def _print(
        self, asked: Select, owner: RecordType, statement: Statement[Any]
    ) -> Iterator[bytes]:
        """Yield the records that *statement* finds, some at a time."""
        if _most(asked) > _CHUNK:
            # with a cursor, which costs PostgreSQL five messages more
            statement = statement.execution_options(yield_per=_CHUNK)
        with self._work.connection.execute(statement) as rows:
            for some in rows.partitions(_CHUNK):
                yield from self._printed(asked, owner, some)

    def _print_one(self, asked: Select, owner: RecordType, key: str) -> Iterator[bytes]:
        """Yield the record with a *key*, sooner than a statement is made for it."""
        found = [*self._readable(owner.name, [key]).values()]
        yield from self._dumped(asked, owner, found, [()] * len(found))

    def _printed(
        self, asked: Select, owner: RecordType, rows: Sequence[Sequence[Any]]
    ) -> tuple[bytes, ...]:
        found = [records.from_row(owner, row) for row in rows]
        distances = [row[len(META) + len(owner.fields) :] for row in rows]
        return self._dumped(asked, owner, found, distances)

    def _dumped(
        self,
        asked: Select,
        owner: RecordType,
        found: list[Stored],
        distances: Sequence[Sequence[Any]],
    ) -> tuple[bytes, ...]:
        if asked.only is not None:
            found = [_narrowed(record, asked.only) for record in found]
        printer = Printer(self._work, self._rights, self._sign)
        printer.look_up_files(found)
        included = self._included(asked, owner, found)
        return tuple(
            printer.bytes(record, _transient(asked, included[index], distances[index]))
            for index, record in enumerate(found)
        )

    def _included(
        self, asked: Select, owner: RecordType, found: list[Stored]
    ) -> list[dict[str, JSON]]:
        """Return what references of each record lead to, by the name it was asked."""
        printer = Printer(self._work, self._rights, self._sign)
        transients: list[dict[str, JSON]] = [{} for _ in found]
        for name, path in asked.include.items():
            if isinstance(path, Distance):
                continue
            target = _target(owner, path)
            keys = [_key(record, path) if target else None for record in found]
            known = self._readable(target or "", [key for key in keys if key])
            for transient, key in zip(transients, keys, strict=True):
                there = known.get(key or "")
                transient[name] = None if there is None else printer.object(there)
        return transients

    def _readable(self, record_type: str, keys: list[str]) -> dict[str, Stored]:
        loaded = records.load(self._work, record_type, keys, self._scope)
        if not self._scope.is_public:
            return loaded
        return {
            key: record
            for key, record in loaded.items()
            if rights.may(
                self._caller, "read", owner=record.owner, access=record.access
            )
        }

    def check_rights(self, asked: Select, owner: RecordType) -> None:
        """Refuse to use fields of which the caller may not ask."""
        for path, is_equal in _used(asked):
            self._check_path(owner, path, is_equal=is_equal)
        for item in asked.include.values():
            path = item.path if isinstance(item, Distance) else item
            if not self._rights.may("readable", owner.name, path.names[0]):
                raise _denied(path.names[0], "readable")

    def _check_path(self, owner: RecordType, path: Path, *, is_equal: bool) -> None:
        record_type = owner.name
        for name in path.names:
            may = self._rights.may("comparable", record_type, name)
            if is_equal:
                may = may or self._rights.may("discoverable", record_type, name)
            if not may:
                needed = "discoverable or comparable" if is_equal else "comparable"
                raise _denied(name, needed)
            known = self._work.catalog.types.get(record_type)
            field = None if known is None else known.fields.get(name)
            record_type = (field and field.kind.target) or ""


def _denied(name: str, needed: str) -> Exception:
    msg = f'Cannot query on field "{name}" due to Field ACL, need to be {needed}'
    return refuse(124, msg)


def _used(asked: Select) -> Iterator[tuple[Path, bool]]:
    """Yield the fields that *asked* uses, and whether it asks for equality only."""
    for order in asked.order:
        yield (order.by.path if isinstance(order.by, Distance) else order.by), False
    if asked.where is not None:
        yield from _mentioned(asked.where, in_and=True)


def _mentioned(predicate: Predicate, *, in_and: bool) -> Iterator[tuple[Path, bool]]:
    match predicate:
        case And(operands=operands) | Or(operands=operands):
            for operand in operands:
                within = in_and and isinstance(predicate, And)
                yield from _mentioned(operand, in_and=within)
        case Not(operand=operand):
            yield from _mentioned(operand, in_and=False)
        case Compare(op=op, left=left, right=right):
            for side in (left, right):
                if isinstance(side, (Path, Distance)):
                    path = side.path if isinstance(side, Distance) else side
                    yield path, in_and and op == "eq"
        case _:
            for path in _paths(predicate):
                yield path, in_and and isinstance(predicate, (In, Contains, Within))


def _paths(predicate: Predicate) -> Iterator[Path]:
    match predicate:
        case In(path=path) | Contains(path=path) | Like(path=path) | Related(path=path):
            yield path
        case Within(point=point, area=area):
            yield from (side for side in (point, area) if isinstance(side, Path))
        case _:
            return


def _paged(statement: Statement[Any], asked: Select) -> Statement[Any]:
    if asked.limit is not None:
        if asked.limit < 0:
            msg = "limit is negative"
            raise unexpected(msg)
        statement = statement.limit(asked.limit)
    return statement.offset(asked.offset) if asked.offset else statement


def key_asked(asked: Select) -> str | None:
    """Return the id of the record that *asked* is about, if that is all it says."""
    if asked.order or asked.offset or asked.count:
        return None
    if asked.limit is not None and asked.limit < 1:
        return None
    if any(isinstance(item, Distance) for item in asked.include.values()):
        return None
    match asked.where:
        case Compare(op="eq", left=Path(names=("_id",)), right=str() as key):
            return None if "\0" in key else key
        case _:
            return None


def _most(asked: Select) -> float:
    """Return how many records *asked* can find at most."""
    limit = inf if asked.limit is None else asked.limit
    match asked.where:
        case Compare(op="eq", left=Path(names=("_id",)), right=str()):
            return min(limit, 1)
        case In(path=Path(names=("_id",)), values=values):
            return min(limit, len(values))
        case _:
            return limit


def _check_only(asked: Select, owner: RecordType) -> None:
    for name in asked.only or ():
        if not name.startswith("_") and name not in owner.fields:
            msg = f'unexpected key "{name}"'
            raise unexpected(msg)


def _narrowed(record: Stored, only: tuple[str, ...]) -> Stored:
    values = {name: value for name, value in record.values.items() if name in only}
    return attrs.evolve(record, values=values)


def _target(owner: RecordType, path: Path) -> str | None:
    """Return the type of records that *path* leads to, or None."""
    name = str(path)
    if name in _USERS:
        return "user"
    field = owner.fields.get(name) if len(path.names) == 1 else None
    return None if field is None else field.kind.target


def _key(record: Stored, path: Path) -> str | None:
    name = str(path)
    if name in _USERS:
        found: str = getattr(record, _USERS[name])
        return found
    return record.values.get(name)


def _transient(
    asked: Select, included: dict[str, JSON], distances: Sequence[Any]
) -> dict[str, JSON]:
    """Return what was asked for with one record; an unknown distance is left out."""
    measured = iter(distances)
    for name, item in asked.include.items():
        if isinstance(item, Distance):
            metres = next(measured)
            if metres is not None:
                included[name] = int(metres) if metres == int(metres) else metres
    return included
