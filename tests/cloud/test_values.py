"""What functions of cloud code take and return travels and comes back."""

from __future__ import annotations

from datetime import UTC

from hypothesis import given
from hypothesis import strategies as st

from skysyn import RecordID
from skysyn.cloud import values
from skysyn.models import Asset, Location

TEXT = st.text(max_size=8)
KEYS = TEXT.filter(lambda key: key != "$type")
TYPED = st.one_of(
    st.datetimes(timezones=st.just(UTC)),
    st.builds(Location, st.floats(-180, 180), st.floats(-90, 90)),
    st.builds(Asset, st.text(min_size=1, max_size=8)),
)
VALUES: st.SearchStrategy[object] = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXT | TYPED,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3)
    ),
    max_leaves=8,
)


@given(VALUES)
def test_what_is_dumped_is_loaded_again(value: object) -> None:
    assert values.load(values.dump(value)) == value


@given(
    st.from_regex("[a-z]{1,8}", fullmatch=True),
    st.text("abc-/", min_size=1, max_size=8),
)
def test_an_id_is_loaded_as_a_reference(kind: str, key: str) -> None:
    found = values.load(values.dump(RecordID(kind, key)))

    assert str(found) == f"{kind}/{key}"
