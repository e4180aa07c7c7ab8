"""Reading accsyn's query text, as `predicates` describes it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NoReturn

import attrs

from skysyn.errors import QueryError
from skysyn.models import And, Compare, Contains, In, Matches, Not, Or, Path, Predicate

from .words import DEPTH, OPERATORS, is_name, read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<quoted>"[^"]*"|'[^']*')
      | (?P<bracket>[()])
      | (?P<operator><>|!=|<=|>=|=|<|>)
      | (?P<word>[^\s"'()=<>!]+)
    )""",
    re.VERBOSE,
)
_VALUE = re.compile(r"""\s*("[^"]*"|'[^']*'|[^\s"'()]+)""")
_END = re.compile(r"\s*$")


def load(text: str) -> Predicate:
    """Return the predicate that query *text* says.

    Raises:
        QueryError: it is none; the text says where it stops to be one.
    """
    reader = Reader(text)
    found = reader.expression(0)
    reader.finish()
    return found


def check_balance(text: str) -> None:
    """Raise QueryError if a quote or bracket in *text* is left open."""
    depth = 0
    for part in outside_quotes(text):
        for character in part:
            depth += {"(": 1, ")": -1}.get(character, 0)
            if depth < 0:
                msg = f"a bracket is closed that was never opened: {text!r:.120}"
                raise QueryError(msg)
    if depth:
        msg = f"a bracket is left open: {text!r:.120}"
        raise QueryError(msg)


def outside_quotes(text: str) -> Iterator[str]:
    """Yield the parts of *text* that stand outside quotes.

    Raises:
        QueryError: a quote is left open.
    """
    rest = text
    while found := re.search("[\"']", rest):
        yield rest[: found.start()]
        _, closed, rest = rest[found.start() + 1 :].partition(found.group())
        if not closed:
            msg = f"a quote is left open: {text!r:.120}"
            raise QueryError(msg)
    yield rest


@attrs.define
class Reader:
    """Reads query text from left to right."""

    text: str
    at: int = 0

    def expression(self, depth: int) -> Predicate:
        """Read conditions that `OR` joins."""
        return self._joined("or", Or, lambda: self._term(depth))

    def finish(self) -> None:
        """Raise QueryError unless everything is read."""
        if not _END.match(self.text, self.at):
            self._refuse("AND, OR or the end")

    def _term(self, depth: int) -> Predicate:
        return self._joined("and", And, lambda: self._factor(depth))

    def _joined(
        self, word: str, kind: type[And | Or], operand: Callable[[], Predicate]
    ) -> Predicate:
        operands = [operand()]
        while self._takes(word):
            operands.append(operand())
        return operands[0] if len(operands) == 1 else kind(tuple(operands))

    def _factor(self, depth: int) -> Predicate:
        if depth > DEPTH:
            msg = f"a query nests at most {DEPTH} levels"
            raise QueryError(msg)
        if not self._takes("("):
            return self._condition()
        found = self.expression(depth + 1)
        if not self._takes(")"):
            self._refuse("`)`")
        return found

    def _condition(self) -> Predicate:
        path = self._attribute()
        kind, text = self._peek()
        if kind == "operator":
            self._take()
            return Compare(OPERATORS[text], path, self._value())
        negated = self._takes("not")
        found = self._word_condition(path)
        return Not(found) if negated else found

    def _word_condition(self, path: Path) -> Predicate:
        if self._takes("in"):
            return In(path, self._items())
        if self._takes("contains"):
            return Contains(path, self._value())
        if not self._takes("matches"):
            self._refuse("an operator")
        return Matches(path, self._pattern())

    def _attribute(self) -> Path:
        kind, text = self._peek()
        names = tuple(text.split("."))
        if kind != "word" or not all(is_name(name) for name in names):
            self._refuse("an attribute")
        self._take()
        return Path(names)

    def _value(self) -> object:
        text = self._text()
        return text[1:-1] if text[0] in "\"'" else read(text)

    def _pattern(self) -> str:
        text = self._text()
        return text[1:-1] if text[0] in "\"'" else text

    def _items(self) -> tuple[object, ...]:
        text = self._text()
        if text[0] in "\"'":
            return tuple(item.strip() for item in text[1:-1].split(","))
        return tuple(read(item) for item in text.split(","))

    def _text(self) -> str:
        """Return the value that comes next, with its quotes."""
        found = _VALUE.match(self.text, self.at)
        if found is None:
            self._refuse("a value")
        self.at = found.end()
        return found.group(1)

    def _peek(self) -> tuple[str, str]:
        """Return the kind and text of the next token; nothing is read."""
        found = _TOKEN.match(self.text, self.at)
        if found is None:
            return "end", ""
        kind = str(found.lastgroup)
        return kind, found.group(kind)

    def _take(self) -> None:
        found = _TOKEN.match(self.text, self.at)
        self.at = found.end() if found else self.at

    def _takes(self, wanted: str) -> bool:
        """Read the keyword or bracket *wanted* if it comes next."""
        kind, text = self._peek()
        is_there = kind in {"word", "bracket"} and text.lower() == wanted
        if is_there:
            self._take()
        return is_there

    def _refuse(self, wanted: str) -> NoReturn:
        rest = self.text[self.at :].strip()
        found = f"before {rest!r:.60}" if rest else "at the end"
        msg = f"{wanted} is missing {found} of {self.text!r:.120}"
        raise QueryError(msg)
