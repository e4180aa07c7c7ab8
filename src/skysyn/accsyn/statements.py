"""Statements: `<type> [WHERE <expression>]`, as scripts write them."""

from __future__ import annotations

import re

import attrs

from skysyn.dialects.accsyn import parsing, predicates, values
from skysyn.errors import ConversionError, QueryError
from skysyn.models import Compare, Path

_STATEMENT = re.compile(r"\s*(\w+)(?:\s+WHERE\s+(.*\S))?\s*", re.DOTALL | re.IGNORECASE)
_QUOTED = re.compile(r"""("[^"]*"|'[^']*')""")


@attrs.frozen
class Statement:
    """An entity type, and the expression that picks among its entities."""

    entitytype: str
    expression: str | None


def parse(text: object) -> Statement:
    """Return the statement that *text* is; the case of its expression is kept.

    Raises:
        QueryError: it is none, or leaves a quote or bracket open.
    """
    found = _STATEMENT.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        msg = (
            f"{text!r:.120} is no query: write '<type>' or '<type> WHERE <expression>'"
        )
        raise QueryError(msg)
    kind, expression = found.groups()
    if expression is not None:
        parsing.check_balance(expression)
        expression = _on_one_line(expression)
    try:
        return Statement(values.check_type(kind), expression)
    except ConversionError as error:
        raise QueryError(str(error)) from error


def _on_one_line(text: str) -> str:
    """Return *text* with each break outside quotes as one blank."""
    parts = _QUOTED.split(text)
    return "".join(
        part if index % 2 else re.sub(r"[\t\r\n]+", " ", part)
        for index, part in enumerate(parts)
    )


def asked_type(expression: str | None) -> str:
    """Return the type that `attributes WHERE entitytype=…` asks for.

    Raises:
        QueryError: the expression is another one.
    """
    match predicates.load(expression or ""):
        case Compare("eq", Path(("entitytype",)), str(name)):
            return name.lower()
        case _:
            msg = "attributes are asked for by 'attributes WHERE entitytype=<type>'"
            raise QueryError(msg)
