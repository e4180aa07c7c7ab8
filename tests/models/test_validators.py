"""What is wrong is named before it travels."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from skysyn import JSON, Field, Location, Record, field
from skysyn.errors import ConversionError

from .declaring import make


def test_validators_run_when_an_object_is_made() -> None:
    class Task(Record):
        n: Field[int] = field(validator=attrs.validators.ge(0))

    with pytest.raises(ValueError, match=r"'n' must be >= 0: -1"):
        Task(n=-1)


def test_validators_run_before_a_save() -> None:
    class Task(Record):
        n: Field[int] = field(validator=attrs.validators.ge(0))

    task = Task(n=1)
    task.n = -1

    with pytest.raises(ValueError, match=r"'n' must be >= 0: -1"):
        task.changes


def test_values_of_a_wrong_type_are_named_before_a_save() -> None:
    task = make(Field[int])(spot="3")

    with pytest.raises(ConversionError, match=r"Task\.spot: '3' is str, not int"):
        task.changes


def test_json_that_holds_itself_is_named_before_a_save() -> None:
    table: dict[str, JSON] = {}
    table["self"] = table
    task = make(Field[dict[str, JSON]])(spot=table)

    with pytest.raises(ConversionError, match=r"Task\.spot: dict at \$ holds itself"):
        task.changes


@pytest.mark.parametrize(("lng", "lat"), [("1", 2), (1, None), (181, 0), (0, -91)])
def test_places_that_are_not_on_the_earth_are_named_before_a_save(
    lng: Any, lat: Any
) -> None:
    task = make(Field[Location])(spot=Location(lng, lat))

    with pytest.raises(ConversionError, match=r"Task\.spot: .*not on the earth"):
        task.changes
