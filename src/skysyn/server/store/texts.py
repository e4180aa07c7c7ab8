"""Texts: patterns and case in SQL, the same on SQLite and PostgreSQL."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import re2  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]  # it has no types
from sqlalchemy import ARRAY, ColumnElement, Text, func, literal, select

if TYPE_CHECKING:
    from sqlalchemy import Connection

_MEMORY = 8 * 1024 * 1024
"""How much a regular expression may take; larger ones are refused."""


def folded(column: ColumnElement[Any], *, is_sqlite: bool) -> ColumnElement[Any]:
    """Return a text column in lower case, in any alphabet."""
    if is_sqlite:
        return func.sky_fold(column)
    return func.lower(column.collate("sky_text"))


def by_code(column: ColumnElement[Any], *, is_sqlite: bool) -> ColumnElement[Any]:
    """Return a text column so that `<` goes by the numbers of its characters."""
    return column if is_sqlite else column.collate("C")


def holds(
    column: ColumnElement[Any], part: ColumnElement[Any], *, is_sqlite: bool
) -> ColumnElement[bool]:
    """Return the condition that a text has another one in it."""
    find = func.instr if is_sqlite else func.strpos
    found: ColumnElement[bool] = find(column, part) > 0
    return found


def like(
    column: ColumnElement[Any], pattern: str, *, is_sqlite: bool
) -> ColumnElement[bool]:
    """Return the condition that *pattern* matches, with its `%` and `_`.

    Raises:
        ValueError: its last escape has nothing to escape.
    """
    backslashes = len(pattern) - len(pattern.rstrip("\\"))
    if backslashes % 2:
        msg = "a pattern cannot end with its escape character"
        raise ValueError(msg)
    if is_sqlite:
        # SQLite's LIKE takes upper and lower case for the same
        return column.op("GLOB", is_comparison=True)(_glob(pattern))
    return column.like(pattern)


def _glob(pattern: str) -> str:
    """Return the GLOB pattern that matches what the LIKE pattern *pattern* does."""
    found: list[str] = []
    letters = iter(pattern)
    for letter in letters:
        match letter:
            case "%":
                found.append("*")
            case "_":
                found.append("?")
            case _:
                plain = next(letters) if letter == "\\" else letter
                found.append(f"[{plain}]" if plain in "*?[" else plain)
    return "".join(found)


def wildcard(
    column: ColumnElement[Any], pattern: str, *, is_sqlite: bool
) -> ColumnElement[bool]:
    """Return the condition that *pattern* matches, whose `*` stand for any text."""
    if is_sqlite:
        escaped = "".join(f"[{c}]" if c in "?[" else c for c in pattern)
        return column.op("GLOB", is_comparison=True)(literal(escaped))
    escaped = "".join(f"\\{c}" if c in "%_\\" else c for c in pattern)
    return column.like(literal(escaped.replace("*", "%")))


def matching(
    connection: Connection,
    column: ColumnElement[Any],
    pattern: str,
    among: ColumnElement[bool],
    *,
    is_sqlite: bool,
) -> ColumnElement[bool]:
    """Return the condition that a regular expression finds something, in any case.

    PostgreSQL's own expressions differ, and take time without bounds: there the
    texts of the rows that *among* holds for are asked for and matched here.

    Raises:
        ValueError: *pattern* is none, or too large.
    """
    if is_sqlite:
        compiled(pattern)
        found: ColumnElement[bool] = func.sky_matches(column, pattern) == 1
        return found
    expression = compiled(pattern)
    there = connection.execute(select(column).where(among).distinct()).scalars()
    texts = [text for text in there if text is not None and expression.search(text)]
    return column == func.any(literal(texts, ARRAY(Text)))


def matches(text: str | None, pattern: str) -> bool | None:
    """Whether a regular expression finds something in *text*, in any case."""
    if text is None:
        return None
    return compiled(pattern).search(text) is not None


@lru_cache(maxsize=256)
def compiled(pattern: str) -> Any:
    """Return a regular expression that takes linear time.

    Raises:
        ValueError: *pattern* is none, or too large.
    """
    engine: Any = re2
    options = engine.Options()
    options.case_sensitive = False
    options.max_mem = _MEMORY
    options.log_errors = False
    try:
        return engine.compile(pattern, options)
    except engine.error as error:
        msg = f"{pattern!r:.100} is no regular expression: {error}"
        raise ValueError(msg) from None
