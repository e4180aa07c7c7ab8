"""Names, patterns and sequences of files."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skysyn.errors import (
    InvalidRequest,
    RemoteError,
)
from skysyn.server.accsyn.filters import Filters
from skysyn.server.accsyn.paths import split
from skysyn.server.accsyn.sequences import frames


@given(st.text(max_size=40))
def test_names_never_lead_up(text: str) -> None:
    try:
        names = split(text)
    except RemoteError:
        return

    assert all(name not in {"", ".", ".."} and "/" not in name for name in names)


@given(st.text("ab*.", max_size=8), st.text("ab.", max_size=8))
def test_a_star_stands_for_any_text(pattern: str, name: str) -> None:
    expression = ".*".join(re.escape(part) for part in pattern.split("*"))

    shown = Filters(include=[pattern]).shows(name, is_folder=False)

    assert shown == (re.fullmatch(expression, name) is not None)


@pytest.mark.parametrize(
    "path", ["a[1-2].exr", "a.%04d.exr", "share=p/x", "a.#.exr[x]"]
)
def test_what_is_no_sequence_is_one_file(path: str) -> None:
    assert frames(path) == [path]


def test_a_sequence_without_end_is_refused() -> None:
    with pytest.raises(InvalidRequest, match="range"):
        frames("a.####.exr[1-999999999]")
