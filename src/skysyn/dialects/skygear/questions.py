"""Questions: what `record:query` is asked, as a `Select`, or why it is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast, get_args

import attrs

from skysyn.errors import RemoteError
from skysyn.models import (
    JSON,
    And,
    Compare,
    Comparison,
    Contains,
    Direction,
    Distance,
    GeoJSON,
    In,
    Like,
    Location,
    Not,
    Or,
    Order,
    Ordering,
    Path,
    Predicate,
    Related,
    Select,
    Within,
)

from . import literals, predicates
from .refusals import refuse, unexpected

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_BINARY = {*get_args(Comparison), "like", "ilike", "in"}
_RELATIONS = {"_follow", "_friend"}


@attrs.frozen
class Limits:
    """How much one request may ask for."""

    depth: int = 32
    nodes: int = 1000
    items: int = 1000
    includes: int = 100


def load(payload: Mapping[str, JSON], limits: Limits) -> Select:
    """Return what *payload* asks for.

    Raises:
        RemoteError: the service would refuse to answer.
    """
    collection = payload.get("record_type")
    if not isinstance(collection, str) or not collection:
        raise refuse(108, "recordType cannot be empty")
    where = _list(payload, "predicate")
    scope = payload.get("database_id")
    return Select(
        literals.text(collection),
        where=None if where is None else _Reader(limits).predicate(where, 0),
        order=tuple(_order(item) for item in _list(payload, "sort") or ()),
        limit=load_count(payload.get("limit")),
        offset=max(load_count(payload.get("offset")) or 0, 0) or None,
        include=_include(payload.get("include"), limits),
        only=_only(_list(payload, "desired_keys")),
        count=payload.get("count") is True,
        scope=scope if isinstance(scope, str) and scope else None,
    )


def _list(payload: Mapping[str, JSON], key: str) -> list[JSON] | None:
    value = payload.get(key)
    if value is None or isinstance(value, list):
        return value
    raise refuse(108, f'expecting "{key}" to be an array', arguments=[key])


def load_count(value: JSON) -> int | None:
    """Return the whole number that *value* is cut to; None if it is no number."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return max(min(int(value), 2**62), -(2**62))


def _only(keys: list[JSON] | None) -> tuple[str, ...] | None:
    if keys is None:
        return None
    found = tuple(literals.text(key) for key in keys if isinstance(key, str))
    if len(found) != len(keys):
        raise refuse(108, "unexpected value in desired_keys")
    return found


def _include(value: JSON, limits: Limits) -> dict[str, Path | Distance]:
    if not isinstance(value, dict):
        return {}
    if len(value) > limits.includes:
        raise refuse(108, f"more than {limits.includes} includes")
    return {
        literals.text(name): _included(operand(asked)) for name, asked in value.items()
    }


def _included(asked: object) -> Path | Distance:
    if isinstance(asked, (Path, Distance)):
        return asked
    msg = "only fields and distances can be included"
    raise unexpected(msg)


def _order(item: JSON) -> Order:
    if not isinstance(item, list) or len(item) != 2:
        size = len(item) if isinstance(item, list) else 0
        msg = f"got len(sort descriptor) = {size}, want 2"
        raise _unclear(msg)
    by, ordering = operand(item[0]), item[1]
    if not isinstance(by, (Path, Distance)):
        msg = "sort does not support literal"
        raise _unclear(msg)
    if isinstance(ordering, str) and ordering in {"asc", "desc"}:
        return Order(by, cast("Ordering", ordering))
    msg = f"unknown sort order: {ordering!s:.40}"
    raise _unclear(msg)


def operand(data: JSON) -> object:
    """Return one side of a comparison: a path, a distance or a value."""
    match data:
        case dict() if data.get("$type") == "keypath" or data.get("$val"):
            return _operand_of(data)
        case ["func", "distance", *arguments]:
            return _distance(arguments)
        case ["func", *_]:
            msg = "unknown function"
            raise unexpected(msg)
        case _:
            return _literal(data)


def _operand_of(data: dict[str, JSON]) -> object:
    # the real server takes any object with a text in $val as a keypath
    if isinstance(data.get("$val"), str) and data["$val"]:
        return path(data)
    return _literal(data)


def path(data: JSON) -> Path:
    """Return the path that a keypath object names."""
    if not predicates.is_path(data):
        msg = "empty key path"
        raise _unclear(msg)
    found = predicates.load_path(data)
    if isinstance(data, dict) and data.get("$val") == "_ownerID":
        raise refuse(120, 'keypath "_ownerID" does not exist')
    return Path(tuple(literals.text(name) for name in found.names))


def _distance(arguments: Sequence[JSON]) -> Distance:
    match arguments:
        case [keypath, place] if predicates.is_path(keypath):
            found = _literal(place)
            if isinstance(found, Location):
                return Distance(path(keypath), found)
        case _:
            pass
    msg = "distance is between a field and a place"
    raise unexpected(msg)


def _literal(data: JSON) -> object:
    try:
        return literals.load(data)
    except RemoteError as error:
        raise _unclear(error.message) if error.code == 108 else error from error


def _unclear(why: str) -> RemoteError:
    return refuse(108, f"failed to construct query: {why}")


class _Reader:
    """Reads nested lists as predicates, counting what they cost."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._nodes = 0

    def predicate(self, data: list[JSON], depth: int) -> Predicate:
        """Return the predicate that *data* says."""
        self._nodes += 1
        if depth > self._limits.depth or self._nodes > self._limits.nodes:
            msg = "the predicate is too large or too deep"
            raise _unclear(msg)
        if len(data) < 2:
            msg = f"got len(predicate) = {len(data)}, want at least 2"
            raise _unclear(msg)
        match data:
            case [("and" | "or" | "not") as name, *operands]:
                return self._combined(str(name), operands, depth)
            case ["func", *arguments]:
                return _function(arguments)
            case [str(name), *operands] if name in _BINARY:
                return self._binary(name, operands)
            case [str(name), *_]:
                msg = f"unrecognized operator = {name:.40}"
                raise _unclear(msg)
            case _:
                msg = "the operator is no text"
                raise _unclear(msg)

    def _combined(self, name: str, operands: list[JSON], depth: int) -> Predicate:
        found: list[Predicate] = []
        for index, item in enumerate(operands):
            if not isinstance(item, list):
                msg = f"got non-dict in subpredicate at {index}"
                raise _unclear(msg)
            found.append(self.predicate(item, depth + 1))
        if name == "not":
            return Not(found[0])  # the real server ignores the others
        return And(tuple(found)) if name == "and" else Or(tuple(found))

    def _binary(self, name: str, operands: list[JSON]) -> Predicate:
        if len(operands) != 2:
            size = len(operands)
            msg = f"Expected number of expressions be 2, got {size}"
            raise _unclear(msg)
        if name == "in":
            return self._in(operands[0], operands[1])
        left, right = operand(operands[0]), operand(operands[1])
        if name in {"like", "ilike"}:
            return _like(left, right, any_case=name == "ilike")
        for side in (left, right):
            _check_comparable(name, side)
        return Compare(cast("Comparison", name), left, right)

    def _in(self, left: JSON, right: JSON) -> Predicate:
        found = operand(left)
        if isinstance(right, list):
            if not isinstance(found, Path):
                msg = "in needs a field beside a list"
                raise unexpected(msg)
            if len(right) > self._limits.items:
                msg = f"more than {self._limits.items} items in a list"
                raise _unclear(msg)
            return In(found, tuple(_literal(item) for item in right))
        other = operand(right)
        if isinstance(other, (Path, GeoJSON)) and isinstance(found, (Path, Location)):
            return Within(found, other)
        if isinstance(other, Path):
            return Contains(other, found)
        msg = "in needs a field on one side"
        raise unexpected(msg)


def _like(left: object, right: object, *, any_case: bool) -> Predicate:
    if not isinstance(left, Path) or not isinstance(right, str):
        msg = "like compares a text field with a text"
        raise unexpected(msg)
    return Like(left, right, any_case)


def _check_comparable(name: str, side: object) -> None:
    if isinstance(side, (list, dict)):
        kind = "array" if isinstance(side, list) else "map"
        raise refuse(111, f"{name} comparison of {kind} is not supported")


def _function(arguments: Sequence[JSON]) -> Predicate:
    match arguments:
        case ["userRelation", keypath, dict(relation)]:
            return _related(keypath, relation)
        case _:
            msg = "functional predicate must contain functional expression"
            raise refuse(120, msg)


def _related(keypath: JSON, relation: dict[str, JSON]) -> Predicate:
    name, direction = relation.get("$name"), relation.get("$direction")
    if not isinstance(direction, str) or not direction:
        msg = "empty direction"
        raise _unclear(msg)
    if not isinstance(name, str) or name not in _RELATIONS:
        msg = f"user relation predicate with {name!s:.40} relation is not supported"
        raise refuse(111, msg)
    if direction not in get_args(Direction):
        msg_0 = f"unknown direction: {direction:.40}"
        raise _unclear(msg_0)
    known = cast("Direction", direction)
    return Related(path(keypath), name.removeprefix("_"), known)
