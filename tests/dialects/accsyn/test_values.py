from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skysyn.accsyn import JobStatus, Queue, User
from skysyn.dialects.accsyn import values
from skysyn.errors import ConversionError
from skysyn.models import RecordID

ID = "66aa00000000000000000001"
MOMENT = datetime(2026, 1, 22, 8, 35, 59, tzinfo=UTC)


@given(st.datetimes(timezones=st.just(UTC)))
def test_dates_come_back_to_the_millisecond(moment: datetime) -> None:
    kept = moment.replace(microsecond=moment.microsecond // 1000 * 1000)

    assert values.load_date(values.dump_date(moment)) == kept


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-22T08:35:59",
        "26-01-22T08:35:59",
        "2026-01-22T08:35:59Z",
        "2026-01-22T09:35:59+01:00",
        "2026-01-22T08:35:59.000",
        "{USD::date}20260122 08:35:59",
        "{USD::date}20260122+08:35:59",
    ],
)
def test_every_form_of_date_is_read(text: str) -> None:
    assert values.load_date(text) == MOMENT


@pytest.mark.parametrize("text", ["", "2026-99-99T99:99:99", "soon", "12"])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ConversionError):
        values.load_date(text)


def test_dates_are_sent_in_utc_without_a_zone() -> None:
    there = MOMENT.astimezone(timezone(timedelta(hours=9)))

    assert values.dump_date(there) == "2026-01-22T08:35:59"


@pytest.mark.parametrize(
    ("value", "wire"),
    [
        (JobStatus.DONE, "done"),
        (date(2026, 7, 1), "2026-07-01T00:00:00"),
        (MOMENT, "2026-01-22T08:35:59"),
        (RecordID("user", ID), ID),
        (User.ref(ID), ID),
        ({"a": [MOMENT, None, 1.5]}, {"a": ["2026-01-22T08:35:59", None, 1.5]}),
        (("a", True), ["a", True]),
    ],
)
def test_values_have_one_wire_form(value: object, wire: object) -> None:
    assert values.dump(value) == wire


@pytest.mark.parametrize(
    "value",
    [object(), {1: "a"}, float("nan"), datetime(2026, 1, 1), Queue(name="new"), b"x"],  # noqa: DTZ001  # naive on purpose
)
def test_what_has_no_wire_form_is_refused(value: object) -> None:
    with pytest.raises(ConversionError):
        values.dump(value)


def test_errors_name_the_attribute() -> None:
    with pytest.raises(ConversionError) as refused:
        values.dump_fields({"when": datetime(2026, 1, 1)}, "Job")  # noqa: DTZ001  # so it is

    assert (refused.value.model, refused.value.field) == ("Job", "when")


@pytest.mark.parametrize(
    "key", ["", "short", f"{ID}\n", "z" * 24, ID.upper().replace("6", "G")]
)
def test_what_is_no_id_is_refused(key: str) -> None:
    with pytest.raises(ConversionError, match="no id"):
        values.check_id(key, "Job.id")


@pytest.mark.parametrize("name", ["", "a/b", "../user", "user?x", "1a", "a b"])
def test_what_is_no_entity_type_is_refused(name: str) -> None:
    with pytest.raises(ConversionError):
        values.check_type(name)
