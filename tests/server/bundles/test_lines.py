"""A line of a bundle holds its row, and tells any damage."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from skysyn.server.bundles import lines

if TYPE_CHECKING:
    from skysyn.models import JSON

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
SCALARS: st.SearchStrategy[JSON] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    TEXT,
)
ROWS = st.dictionaries(TEXT, SCALARS | st.lists(SCALARS, max_size=3), max_size=5)


@given(ROWS)
def test_a_row_is_read_as_it_was_written(row: dict[str, JSON]) -> None:
    assert lines.load(lines.dump(row)) == row


@given(ROWS)
def test_a_row_is_written_the_same_whatever_its_order(row: dict[str, JSON]) -> None:
    assert lines.dump(dict(reversed(row.items()))) == lines.dump(row)


@given(ROWS, st.data())
def test_any_changed_byte_is_damage(row: dict[str, JSON], data: st.DataObject) -> None:
    line = bytearray(lines.dump(row))
    place = data.draw(st.integers(0, len(line) - 1))
    line[place] ^= data.draw(st.integers(1, 255))

    assert lines.load(bytes(line)) is None


@given(st.sets(TEXT, min_size=2, max_size=2), st.sampled_from(["records", "table"]))
def test_two_parts_are_two_files(names: set[str], kind: str) -> None:
    one, other = names
    is_twin = kind == "table" and one.lstrip("_") == other.lstrip("_")

    assert (lines.path(kind, one) == lines.path(kind, other)) <= is_twin
