"""Random predicates that accsyn's query language can say."""

from __future__ import annotations

import os
from datetime import UTC

from hypothesis import strategies as st

from skysyn.models import (
    And,
    Compare,
    Contains,
    In,
    Matches,
    Not,
    Or,
    Path,
    Predicate,
)

EXAMPLES = int(os.environ.get("SKYSYN_EXAMPLES", "2000"))
"""How many predicates are tried; the long tier sets 100000."""

NAMES = st.sampled_from(["status", "code", "size", "created", "user_hr", "x1"])
PATHS = st.lists(NAMES, min_size=1, max_size=2).map(tuple).map(Path)
NASTY = st.sampled_from(
    [
        *("", " ", "and", "NOT", "true", "5", "-1.5", "1e+20", "2026-01-01T00:00:00"),
        *("*", "* backup", "a b", "a,b", "(", ")", "a=b", "\\", "\n", "\t", "\0"),
        *("'", '"', "\ufb00\u202e"),
    ]
)
TEXTS = st.one_of(
    NASTY,
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
    st.text(st.sampled_from("ab,.:* ='()<>!\\\n\"AND"), max_size=8),
).filter(lambda text: not ("'" in text and '"' in text))
NUMBERS = st.one_of(
    st.integers(-(10**17), 10**17),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
)
DATES = st.datetimes(timezones=st.just(UTC)).map(
    lambda date: date.replace(microsecond=date.microsecond // 1000 * 1000)
)
VALUES = st.one_of(TEXTS, NUMBERS, DATES)
ITEMS = TEXTS.filter(lambda text: "," not in text and text == text.strip() != "")


def _one_kind_of_quotes(items: tuple[object, ...]) -> bool:
    joined = ",".join(str(item) for item in items)
    return not ("'" in joined and '"' in joined)


LISTS = st.one_of(
    st.lists(ITEMS, min_size=1, max_size=4).map(tuple).filter(_one_kind_of_quotes),
    st.lists(NUMBERS | DATES, min_size=1, max_size=4).map(tuple),
)
MEMBERS: st.SearchStrategy[In | Contains | Matches] = st.one_of(
    st.builds(In, PATHS, LISTS),
    st.builds(Contains, PATHS, VALUES),
    st.builds(Matches, PATHS, TEXTS),
)
OPERATORS = st.sampled_from(["eq", "neq", "lt", "lte", "gt", "gte"])
LEAVES: st.SearchStrategy[Predicate] = st.one_of(
    st.builds(Compare, OPERATORS, PATHS, VALUES),
    MEMBERS,
    st.builds(Not, MEMBERS),
)


def _grown(inner: st.SearchStrategy[Predicate]) -> st.SearchStrategy[Predicate]:
    several = st.lists(inner, min_size=2, max_size=4).map(tuple)
    return st.one_of(st.builds(And, several), st.builds(Or, several))


def _any(inner: st.SearchStrategy[Predicate]) -> st.SearchStrategy[Predicate]:
    several = st.lists(inner, min_size=1, max_size=3).map(tuple)
    return st.one_of(
        st.builds(And, several), st.builds(Or, several), st.builds(Not, inner)
    )


NORMAL = st.recursive(LEAVES, _grown, max_leaves=12)
"""Predicates as `load()` makes them."""

ANY = st.recursive(LEAVES, _any, max_leaves=8)
"""Predicates as users write them, with negated groups."""
