from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skysyn.errors import LimitExceeded
from skysyn.transport import Limits

Tree = dict[str, "Tree"] | list["Tree"] | str | None

TREES: st.SearchStrategy[Tree] = st.recursive(
    st.none() | st.text() | st.just('\\"[{'),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4)
    ),
    max_leaves=30,
)


def depth_of(tree: Tree) -> int:
    if isinstance(tree, dict):
        return 1 + max(map(depth_of, tree.values()), default=0)
    if isinstance(tree, list):
        return 1 + max(map(depth_of, tree), default=0)
    return 0


@given(TREES, st.integers(1, 6), st.booleans())
def test_json_is_refused_exactly_beyond_the_depth(
    tree: Tree, depth: int, ascii_only: bool
) -> None:
    body = json.dumps(tree, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass")
    is_refused = False

    try:
        Limits(depth=depth).check_depth(body)
    except LimitExceeded:
        is_refused = True

    assert is_refused == (depth_of(tree) > depth)


@pytest.mark.parametrize("bracket", [b"[", b'{"a":', b'[{"a":'])
def test_unfinished_depth_is_refused(bracket: bytes) -> None:
    with pytest.raises(LimitExceeded, match="deeper than 200"):
        Limits().check_depth(bracket * 200_000)


def test_brackets_in_strings_do_not_count() -> None:
    Limits().check_depth(json.dumps("[" * 1000 + '"' + "{" * 1000).encode())


@given(st.binary())
def test_any_bytes_can_be_checked(body: bytes) -> None:
    Limits(depth=1000).check_depth(body * 3)
