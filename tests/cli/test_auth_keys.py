"""The fields that one logs in with are read as they are written."""

from __future__ import annotations

import typer
from hypothesis import given
from hypothesis import strategies as st

from skysyn.cli.auth_keys import parse_auth_keys

NAMES = st.from_regex("[a-z_]{1,8}", fullmatch=True)
GROUPS = st.lists(st.lists(NAMES, min_size=1, max_size=3).map(tuple), min_size=1)


@given(GROUPS)
def test_groups_are_read_as_they_are_written(groups: list[tuple[str, ...]]) -> None:
    text = ",".join(f"({','.join(group)})" for group in groups)

    assert parse_auth_keys(text) == tuple(groups)


@given(st.lists(NAMES, min_size=1))
def test_a_name_by_itself_is_a_group(names: list[str]) -> None:
    assert parse_auth_keys(", ".join(names)) == tuple((name,) for name in names)


@given(st.text(st.sampled_from("ab,() "), max_size=16))
def test_any_text_names_fields_or_is_refused(text: str) -> None:
    try:
        groups = parse_auth_keys(text)
    except typer.BadParameter:
        return
    assert all(all(group) and group for group in groups)
