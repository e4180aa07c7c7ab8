"""Statements and plain data of scripts: what is written is read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skysyn.accsyn import plain, statements
from skysyn.accsyn.statements import Statement
from skysyn.dialects.accsyn import predicates
from skysyn.dialects.accsyn.catalog import DATES as NAMES_OF_DATES
from skysyn.errors import QueryError

from ..dialects.accsyn.strategies import DATES, NORMAL  # noqa: TID252  # as they are

if TYPE_CHECKING:
    from skysyn.models import JSON, Predicate

KINDS = st.from_regex(r"[A-Za-z][A-Za-z0-9_]{0,8}", fullmatch=True)
BLANKS = st.text(" \t\n", min_size=1, max_size=3)
TEXTS = st.text(max_size=8).filter(lambda text: not text.startswith("ObjectId:"))
NAMES = TEXTS.filter(lambda name: name not in {*NAMES_OF_DATES, "date"})
DATA: st.SearchStrategy[JSON] = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3)
    ),
    max_leaves=8,
)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(KINDS, BLANKS, st.sampled_from(["WHERE", "where"]), NORMAL)
def test_a_statement_is_a_type_and_an_expression(
    kind: str, blank: str, where: str, predicate: Predicate
) -> None:
    expression = predicates.dump(predicate)

    found = statements.parse(f"{blank}{kind}{blank}{where}{blank}{expression}{blank}")

    assert found == Statement(kind.lower(), expression.strip())
    assert predicates.load(expression) == predicate


@given(st.text(max_size=30))
def test_any_text_is_a_statement_or_refused(text: str) -> None:
    try:
        found = statements.parse(text)
    except QueryError:
        return
    assert found.entitytype == text.split(maxsplit=1)[0].lower()


@given(DATA)
def test_plain_data_stay_as_they_are(data: JSON) -> None:
    assert plain.load(plain.dump(data)) == data


@given(DATES, st.sampled_from(sorted(NAMES_OF_DATES)))
def test_dates_come_back_as_dates(date: datetime, name: str) -> None:
    assert plain.load(plain.dump({name: date})) == {name: date}


@given(st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)))  # noqa: DTZ001  # so it is
def test_a_date_without_a_zone_is_in_the_local_one(date: datetime) -> None:
    loaded = plain.load(plain.dump({"created": date}))

    assert isinstance(loaded, dict)
    found = loaded["created"]
    assert isinstance(found, datetime)
    assert abs(found - date.astimezone(UTC)) < timedelta(milliseconds=1)
