"""The words of accsyn's query language: names, operators and bare values."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from . import values

if TYPE_CHECKING:
    from datetime import datetime

    from skysyn.models import Comparison

DEPTH = 64
"""How deeply conditions may nest."""

OPERATORS: dict[str, Comparison] = {
    "=": "eq",
    "!=": "neq",
    "<>": "neq",
    "<=": "lte",
    ">=": "gte",
    "<": "lt",
    ">": "gt",
}
KEYWORDS = {"and", "or", "not", "in", "contains", "matches", "where"}

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
# stricter than what the service reads, so that no word can be taken for another
_BARE = re.compile(r"[A-Za-z0-9_@.:*/+-]+")
_INTEGER = re.compile(r"-?\d+")
_FLOAT = re.compile(r"-?\d+(\.\d+(e[+-]\d+)?|e[+-]\d+)")
_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?")
DIGITS = 18
"""How many digits a whole number may have; ids of digits alone have more."""


def is_name(text: str) -> bool:
    """Say whether *text* can name an attribute."""
    return _NAME.fullmatch(text) is not None and text.lower() not in KEYWORDS


def is_bare(text: str) -> bool:
    """Say whether *text* needs no quotes to be read back as this text."""
    if not _BARE.fullmatch(text) or text.lower() in KEYWORDS:
        return False
    return isinstance(read(text), str)


def read(word: str) -> bool | float | datetime | str:
    """Return the value that a bare *word* is; a number only if it is written as one.

    `007` and `1.50` may be codes, so they stay text.
    """
    if word.lower() in {"true", "false"}:
        return word.lower() == "true"
    if _INTEGER.fullmatch(word) and len(word.lstrip("-")) <= DIGITS:
        return int(word) if str(int(word)) == word else word
    if _FLOAT.fullmatch(word):
        return float(word) if repr(float(word)) == word else word
    if _DATE.fullmatch(word):
        try:
            return values.load_date(word)
        except ValueError:
            return word
    return word
