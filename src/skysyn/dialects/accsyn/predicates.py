"""Predicates as accsyn's query text: `load(dump(p)) == normal(p)`.

    expression  = term { "OR" term }
    term        = factor { "AND" factor }
    factor      = "(" expression ")" | attribute condition
    condition   = ( "=" | "!=" | "<>" | "<" | ">" | "<=" | ">=" ) value
                | [ "NOT" ] "IN" list
                | [ "NOT" ] ( "CONTAINS" | "MATCHES" ) value
    value       = '"' text '"' | "'" text "'" | bareword

Quoted text has no escapes. A `*` in a value that is compared with `=` or `!=` stands
for any text.
"""

from __future__ import annotations

import math
import re
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING

from skysyn.arguments import check_argument
from skysyn.errors import ConversionError, QueryError
from skysyn.models import (
    And,
    Compare,
    Comparison,
    Contains,
    In,
    Matches,
    Not,
    Or,
    Path,
    Predicate,
    Raw,
    RecordID,
    is_ref,
)

from . import parsing, values
from .words import DEPTH, DIGITS, OPERATORS, is_bare, is_name

if TYPE_CHECKING:
    from collections.abc import Sequence

load = parsing.load

_SYMBOLS: dict[Comparison, str] = {op: text for text, op in OPERATORS.items()}
_SYMBOLS["neq"] = "!="
_OPPOSITES: dict[Comparison, Comparison] = {
    "eq": "neq",
    "neq": "eq",
    "lt": "gte",
    "gte": "lt",
    "gt": "lte",
    "lte": "gt",
}
_MIRRORED: dict[Comparison, Comparison] = {
    "eq": "eq",
    "neq": "neq",
    "lt": "gt",
    "gt": "lt",
    "lte": "gte",
    "gte": "lte",
}


def raw(text: str) -> Raw:
    """Return a condition in accsyn's own words, which is sent as it stands.

    Raises:
        QueryError: it is empty, or a quote or bracket in it is left open.
    """
    check_argument(text, str, "raw() takes text in accsyn's query language")
    if not text.strip():
        msg = "an empty condition is none: leave it out"
        raise QueryError(msg)
    parsing.check_balance(text)
    return Raw(text)


def dump(predicate: Predicate) -> str:
    """Return *predicate* as query text.

    Raises:
        QueryError: accsyn cannot be asked this.
    """
    return _dump(normal(predicate))


def _dump(predicate: Predicate) -> str:
    match predicate:
        case And() | Or():
            word = " AND " if isinstance(predicate, And) else " OR "
            return word.join(_operand(operand) for operand in predicate.operands)
        case Compare():
            path, op, value = _sides(predicate)
            return f"{_path(path)}{_SYMBOLS[op]}{_value(path, value)}"
        case Not():
            return _dump_word(predicate.operand, "NOT ")
        case Raw():
            parsing.check_balance(predicate.text)
            return predicate.text
        case _:
            return _dump_word(predicate, "")


def _operand(predicate: Predicate) -> str:
    text = _dump(predicate)
    return f"({text})" if isinstance(predicate, (And, Or, Raw)) else text


def _dump_word(predicate: Predicate, negation: str) -> str:
    match predicate:
        case In():
            items = _list(predicate.path, predicate.values)
            return f"{_path(predicate.path)} {negation}IN {items}"
        case Contains():
            text = _value(predicate.path, predicate.item)
            return f"{_path(predicate.path)} {negation}CONTAINS {text}"
        case Matches():
            # quoted even where a bare word would do: it is a regular expression
            text = _quoted(predicate.path, predicate.pattern)
            return f"{_path(predicate.path)} {negation}MATCHES {text}"
        case _:
            name = type(predicate).__name__.lower()
            msg = f"accsyn cannot be asked for {negation.lower()}{name}"
            raise QueryError(msg)


def _sides(compare: Compare) -> tuple[Path, Comparison, object]:
    """Return the attribute, the operator and the value, which stands on the right."""
    match compare.left, compare.right:
        case Path(), Path():
            msg = f"accsyn compares {compare.left} with values, not with attributes"
            raise QueryError(msg)
        case Path() as path, value:
            return path, compare.op, value
        case value, Path() as path:
            return path, _MIRRORED[compare.op], value
        case _:
            msg = "a comparison needs an attribute on one side"
            raise QueryError(msg)


def _path(path: Path) -> str:
    if not path.names or not all(is_name(name) for name in path.names):
        msg = f"{str(path)!r} is no attribute that a query can name"
        raise QueryError(msg)
    return ".".join(path.names)


def _value(path: Path, value: object) -> str:
    """Return one value: bare if it reads back as what it is, else quoted."""
    plain = _plain(path, value)
    if isinstance(plain, str):
        return plain if is_bare(plain) else _quoted(path, plain)
    return _scalar(path, plain)


def _plain(path: Path, value: object) -> object:
    match value:
        case None:
            msg = (
                f"{path}: accsyn has no word for `no value`; "
                "filter what came, or ask with raw(…)"
            )
            raise QueryError(msg)
        case Enum():
            return _plain(path, value.value)
        case RecordID():
            return value.key
        case str():
            return value
        case _ if is_ref(value):
            try:
                return values.saved_id(value)
            except ConversionError as error:
                msg = f"{path}: {error}"
                raise QueryError(msg) from error
        case _:
            return value


def _scalar(path: Path, value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int() if abs(value) < 10**DIGITS:
            return str(value)
        case float() if math.isfinite(value):
            return repr(value)
        case datetime() if value.tzinfo is not None:
            return values.dump_date(value)
        case _:
            msg = f"{path}: a query cannot hold {value!r:.80}"
            raise QueryError(msg)


def _quoted(path: Path, text: object) -> str:
    if not isinstance(text, str):
        msg = f"{path}: text is wanted, not {text!r:.80}"
        raise QueryError(msg)
    if re.search(r"[\ud800-\udfff]", text):
        msg = f"{path}: {text!r:.80} is not valid Unicode"
        raise QueryError(msg)
    if '"' not in text:
        return f'"{text}"'
    if "'" not in text:
        return f"'{text}'"
    msg = f"{path}: a query cannot hold both kinds of quotes, as in {text!r:.80}"
    raise QueryError(msg)


def _list(path: Path, items: Sequence[object]) -> str:
    """Return a list: one quoted text if all items are text, else bare words."""
    if not items:
        msg = f"{path}: nothing is in an empty list: do not ask"
        raise QueryError(msg)
    plain = [_plain(path, item) for item in items]
    texts = [item for item in plain if isinstance(item, str)]
    for item in texts:
        _check_item(path, item)
    if len(texts) == len(plain):
        return _quoted(path, ",".join(texts))
    if not all(is_bare(item) for item in texts):
        msg = f"{path}: a list cannot mix numbers with texts that need quotes"
        raise QueryError(msg)
    return ",".join(x if isinstance(x, str) else _scalar(path, x) for x in plain)


def _check_item(path: Path, item: str) -> None:
    if "," in item or item != item.strip() or not item:
        msg = (
            f"{path}: {item!r} cannot stand in a list, whose items are split at "
            "commas and stripped; combine == conditions with |"
        )
        raise QueryError(msg)


def normal(predicate: Predicate, depth: int = 0) -> Predicate:
    """Return *predicate* without what accsyn has no word for: negated groups.

    Raises:
        QueryError: it nests too deeply, or negates what has no opposite.
    """
    if depth > DEPTH:
        msg = f"a query nests at most {DEPTH} levels"
        raise QueryError(msg)
    match predicate:
        case And() | Or():
            return _joined(type(predicate), predicate.operands, depth)
        case Not():
            return _negated(predicate.operand, depth + 1)
        case Compare():
            path, op, value = _sides(predicate)
            return Compare(op, path, value)
        case _:
            return predicate


def _joined(
    kind: type[And | Or], operands: Sequence[Predicate], depth: int
) -> Predicate:
    found = tuple(normal(operand, depth + 1) for operand in operands)
    if not found:
        msg = f"an empty `{kind.__name__.lower()}` is no condition: leave it out"
        raise QueryError(msg)
    return found[0] if len(found) == 1 else kind(found)


def _negated(predicate: Predicate, depth: int) -> Predicate:
    match predicate:
        case Not():
            return normal(predicate.operand, depth + 1)
        case And() | Or():
            kind = Or if isinstance(predicate, And) else And
            opposites = tuple(Not(operand) for operand in predicate.operands)
            return _joined(kind, opposites, depth)
        case Compare():
            path, op, value = _sides(predicate)
            return Compare(_OPPOSITES[op], path, value)
        case In() | Contains() | Matches():
            return Not(predicate)
        case _:
            msg = f"accsyn has no word for not {type(predicate).__name__.lower()}"
            raise QueryError(msg)
