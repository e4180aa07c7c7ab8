"""An oracle: what accsyn's conditions mean, on rows in Python."""

from __future__ import annotations

import operator
import re
from datetime import datetime
from typing import TYPE_CHECKING, Any

import attrs

from skysyn.dialects.accsyn.values import dump_date
from skysyn.models import And, Compare, Contains, In, Matches, Not, Or, Path
from skysyn.server.store.texts import compiled

if TYPE_CHECKING:
    from collections.abc import Mapping

    from skysyn.models import Predicate

COMPARISONS = {
    "lt": operator.lt,
    "lte": operator.le,
    "gt": operator.gt,
    "gte": operator.ge,
}


@attrs.frozen
class Oracle:
    """Says which rows a predicate holds for; *codes* are those of users by id."""

    kinds: Mapping[str, str]
    codes: Mapping[str, str]
    workspace: tuple[str, str]

    def holds(  # noqa: C901  # a case each
        self, predicate: Predicate, row: Mapping[str, Any]
    ) -> bool:
        match predicate:
            case And(operands=operands):
                return all(self.holds(one, row) for one in operands)
            case Or(operands=operands):
                return any(self.holds(one, row) for one in operands)
            case Not(operand=operand):
                return not self.holds(operand, row)
            case Compare(op=op, left=Path(names=(name,)), right=value):
                if op in {"eq", "neq"}:
                    return self.equals(name, row[name], value) is (op == "eq")
                return self.ordered(op, name, row[name], value)
            case In(path=Path(names=(name,)), values=values):
                return any(self.equals(name, row[name], v, wild=False) for v in values)
            case Contains(path=Path(names=(name,)), item=item):
                return self.contains(name, row[name], text(item))
            case Matches(path=Path(names=(name,)), pattern=pattern):
                held = row[name]
                return held is not None and bool(compiled(pattern).search(held))
            case _:
                raise AssertionError(predicate)

    def equals(self, name: str, held: Any, value: Any, *, wild: bool = True) -> bool:
        if held is None:
            return False
        match self.kinds[name]:
            case "ref":
                code = self.codes.get(held)
                named = code is not None and same(code, text(value), wild=wild)
                return named or same(held, text(value), wild=wild)
            case "party":
                return self.is_party(held, text(value), wild=wild)
            case "text":
                return same(held, text(value), wild=wild)
            case _:
                return bool(held == value)

    def is_party(self, held: str, wanted: str, *, wild: bool) -> bool:
        kind, _, key = held.partition(":")
        code = self.codes.get(key) if kind == "user" else self.workspace[1]
        asked_kind, colon, name = wanted.partition(":")
        if wanted.lower() == "hq" and kind == "workspace":
            return True
        if same(held, wanted, wild=wild):
            return True
        if colon and asked_kind.lower() != kind:
            return False
        name = name if colon else wanted
        return same(key, name, wild=wild) or (
            code is not None and same(code, name, wild=wild)
        )

    def ordered(self, op: str, name: str, held: Any, value: Any) -> bool:
        if held is None:
            return False
        if self.kinds[name] in {"text", "ref", "party"}:
            held, value = (text(side).lower().encode() for side in (held, value))
        return bool(COMPARISONS[op](held, value))

    def contains(self, name: str, held: Any, item: str) -> bool:
        if held is None:
            return False
        if self.kinds[name] == "json":
            return item.lower() in [str(one).lower() for one in held]
        return item.lower() in held.lower()


def same(held: str, wanted: str, *, wild: bool) -> bool:
    held, wanted = held.lower(), wanted.lower()
    if not wild or "*" not in wanted:
        return held == wanted
    pattern = ".*".join(re.escape(part) for part in wanted.split("*"))
    return re.fullmatch(pattern, held, re.DOTALL) is not None


def text(value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case datetime():
            return dump_date(value)
        case _:
            return str(value)
