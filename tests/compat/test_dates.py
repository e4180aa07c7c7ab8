"""Times travel as the original's runtime writes and reads them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from skysyn.compat.skygear.encoding import dump_date, load_date
from skysyn.errors import ConversionError

# the zone follows
FIRST, LAST = datetime(1971, 1, 1), datetime(2100, 1, 1)  # noqa: DTZ001  # as above
MOMENTS = st.datetimes(FIRST, LAST, timezones=st.timezones())


@given(MOMENTS)
def test_a_time_is_loaded_as_the_same_moment(moment: datetime) -> None:
    loaded = load_date(dump_date(moment))

    # the original reads fractions as floats, and answers in the local zone
    assert loaded.tzinfo is None
    assert abs(loaded.astimezone(UTC) - moment) < timedelta(microseconds=2)


@given(st.text(max_size=30) | st.text("0123456789-T:.Z+", max_size=30))
def test_any_text_is_a_time_or_refused(text: str) -> None:
    try:
        found = load_date(text)
    except ConversionError:
        return
    assert found.tzinfo is None
