"""Predicates as Skygear's nested lists, both ways: `load(dump(p)) == p`."""

from __future__ import annotations

from typing import cast, get_args

from skysyn.errors import ConversionError, QueryError
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
    Path,
    Predicate,
    Related,
    Within,
)

from . import values

# the owner is called `_ownerID` in records, but `_owner_id` in queries
_NESTED: tuple[type, ...] = (list, dict)
_IN_QUERIES = {"_ownerID": "_owner_id"}
_IN_RECORDS = {"_owner_id": "_ownerID", "_owner": "_ownerID"}


def dump(predicate: Predicate) -> list[JSON]:
    """Return *predicate* as nested lists.

    Raises:
        QueryError: Skygear cannot be asked this.
    """
    match predicate:
        case And() | Or():
            name = "and" if isinstance(predicate, And) else "or"
            if not predicate.operands:
                msg = f"an empty `{name}` is no condition: leave it out"
                raise QueryError(msg)
            return [name, *(dump(operand) for operand in predicate.operands)]
        case Not():
            return ["not", dump(predicate.operand)]
        case Compare():
            return _dump_compare(predicate)
        case Like():
            op = "ilike" if predicate.any_case else "like"
            return [
                op,
                dump_path(predicate.path),
                _text(predicate.path, predicate.pattern),
            ]
        case _:
            return _dump_set(predicate)


def _dump_set(predicate: Predicate) -> list[JSON]:
    match predicate:
        case In():
            items: list[JSON] = [_literal(v) for v in predicate.values]
            return ["in", dump_path(predicate.path), items]
        case Contains():
            return ["in", _item(predicate), dump_path(predicate.path)]
        case Within():
            return ["in", dump_operand(predicate.point), dump_operand(predicate.area)]
        case Related():
            relation: JSON = {
                "$type": "relation",
                "$name": f"_{predicate.relation}",
                "$direction": predicate.direction,
            }
            return ["func", "userRelation", dump_path(predicate.path), relation]
        case _:
            msg = f"Skygear cannot be asked for {type(predicate).__name__.lower()}"
            raise QueryError(msg)


def _dump_compare(predicate: Compare) -> list[JSON]:
    sides = predicate.left, predicate.right
    if not any(isinstance(side, (Path, Distance)) for side in sides):
        msg = "a comparison needs a field on one side"
        raise QueryError(msg)
    return [predicate.op, *(dump_operand(side) for side in sides)]


def dump_operand(operand: object) -> JSON:
    """Return one side of a comparison: a keypath, a function or a literal."""
    match operand:
        case Path():
            return dump_path(operand)
        case Distance():
            if len(operand.path.names) > 1:
                msg = f"distance follows no references: {operand.path}"
                raise QueryError(msg)
            place = values.dump(operand.place)
            return ["func", "distance", dump_path(operand.path), place]
        case _:
            return _literal(operand)


def dump_path(path: Path) -> JSON:
    """Return *path* as a keypath object.

    Raises:
        QueryError: it has more than two steps, or starts at a user id.
    """
    if len(path.names) > 2:
        msg = f"{path} leads through two references; Skygear follows one"
        raise QueryError(msg)
    if len(path.names) == 2 and path.names[0].startswith("_"):
        msg = f"{path}: only reference fields lead on, {path.names[0]} does not"
        raise QueryError(msg)
    names = (_IN_QUERIES.get(name, name) for name in path.names)
    return {"$type": "keypath", "$val": ".".join(names)}


def dump_order(order: Order) -> list[JSON]:
    """Return one sort key with its direction."""
    if isinstance(order.by, Path) and len(order.by.names) > 1:
        msg = f"cannot sort by {order.by}: sorting follows no references"
        raise QueryError(msg)
    return [dump_operand(order.by), order.ordering]


def _literal(value: object) -> JSON:
    if isinstance(value, _NESTED):
        kind = type(value).__name__
        msg = (
            f"Skygear cannot compare with a {kind}; "
            "ask for what it contains with .contains() or .has_key()"
        )
        raise QueryError(msg)
    return values.dump(value)


def _item(predicate: Contains) -> str:
    if not isinstance(predicate.item, str):
        msg = (
            f"{predicate.path}.contains({predicate.item!r}): Skygear finds text in "
            "lists only, never numbers or other values"
        )
        raise QueryError(msg)
    return predicate.item


def _text(path: Path, pattern: object) -> str:
    if not isinstance(pattern, str):
        msg = f"{path}: a like pattern is text, not {pattern!r}"
        raise QueryError(msg)
    return pattern


def load(data: JSON) -> Predicate:
    """Return the predicate that nested lists *data* say.

    Raises:
        QueryError: they are no predicate.
    """
    match data:
        case [("and" | "or") as name, first, *rest]:
            operands = tuple(load(item) for item in (first, *rest))
            return And(operands) if name == "and" else Or(operands)
        case ["not", operand]:
            return Not(load(operand))
        case ["func", "userRelation", path, dict(relation)]:
            return _load_related(path, relation)
        case [("like" | "ilike") as name, path, str(pattern)]:
            return Like(load_path(path), pattern, name == "ilike")
        case ["in", left, right]:
            return _load_in(left, right)
        case [str(op), left, right] if op in get_args(Comparison):
            known = cast("Comparison", op)
            return Compare(known, load_operand(left), load_operand(right))
        case _:
            msg = f"not a predicate of Skygear's: {data!r:.120}"
            raise QueryError(msg)


def _load_in(left: JSON, right: JSON) -> Predicate:
    if is_path(left) and isinstance(right, list):
        items = tuple(_load_literal(item) for item in right)
        return In(load_path(left), items)
    if isinstance(left, str):
        return Contains(load_path(right), left)
    point, area = load_operand(left), load_operand(right)
    if isinstance(point, (Path, Location)) and isinstance(area, (Path, GeoJSON)):
        return Within(point, area)
    msg = f"`in` takes a field and a list, or text or a place and a field: {left!r}"
    raise QueryError(msg)


def _load_related(path: JSON, relation: dict[str, JSON]) -> Predicate:
    name, direction = relation.get("$name"), relation.get("$direction")
    if name not in {"_follow", "_friend"} or direction not in get_args(Direction):
        msg = f"not a user relation: {relation!r:.120}"
        raise QueryError(msg)
    found = cast("Direction", direction)
    return Related(load_path(path), str(name).removeprefix("_"), found)


def load_operand(data: JSON) -> object:
    """Return one side of a comparison: a path, a distance or a value."""
    if is_path(data):
        return load_path(data)
    match data:
        case ["func", "distance", path, place]:
            found = _load_literal(place)
            if not isinstance(found, Location):
                msg = f"distance is to a place, not {place!r:.80}"
                raise QueryError(msg)
            return Distance(load_path(path), found)
        case _:
            return _load_literal(data)


def is_path(data: JSON) -> bool:
    """Whether *data* is a keypath; the server looks at `$val` alone."""
    return isinstance(data, dict) and isinstance(data.get("$val"), str)


def load_path(data: JSON) -> Path:
    """Return the path that a keypath object names."""
    if not (isinstance(data, dict) and is_path(data)):
        msg = f"not a keypath: {data!r:.80}"
        raise QueryError(msg)
    names = str(data["$val"]).split(".")
    return Path(tuple(_IN_RECORDS.get(name, name) for name in names))


def load_order(data: JSON) -> Order:
    """Return the sort key that *data* says."""
    match data:
        case [by, ("asc" | "desc") as ordering]:
            found = load_operand(by)
            if isinstance(found, (Path, Distance)):
                return Order(found, ordering)
        case _:
            pass
    msg = f"not a sort key: {data!r:.80}"
    raise QueryError(msg)


def _load_literal(data: JSON) -> object:
    try:
        return values.load(data)
    except ConversionError as error:
        msg = str(error)
        raise QueryError(msg) from error
