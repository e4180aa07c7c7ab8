from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skysyn.testing.names import place_of

PARAMETERS = st.text(max_size=30) | st.text(max_size=300)


@pytest.mark.parametrize(
    ("node", "place"),
    [
        ("test_a.py::test_b", "skygear/test_a/test_b.yaml"),
        (
            "tests/x/test_a.py::TestB::test_c",
            "skygear/tests/x/test_a/TestB.test_c.yaml",
        ),
        ("test_a.py::test_b[1-c.d]", "skygear/test_a/test_b-1-c.d.yaml"),
    ],
)
def test_plain_names_stay_as_they_are(node: str, place: str) -> None:
    assert str(place_of(node, "skygear")) == place


@pytest.mark.parametrize(
    ("node", "place"),
    [
        ("../../x/test_a.py::test_b", "skygear/~/~/x/test_a/test_b.yaml"),
        ("/x/test_a.py::test_b", "skygear/x/test_a/test_b.yaml"),
    ],
)
def test_tests_outside_of_the_project_have_theirs_inside(node: str, place: str) -> None:
    assert str(place_of(node, "skygear")) == place


@given(PARAMETERS, PARAMETERS)
def test_no_two_tests_share_a_file_on_any_system(left: str, right: str) -> None:
    places = [
        str(place_of(f"test_a.py::test_b[{one}]", "skygear")).lower()
        for one in (left, right)
    ]

    assert (left == right) == (places[0] == places[1])


@given(PARAMETERS)
def test_names_are_those_that_every_system_takes(parameter: str) -> None:
    place = place_of(f"test_a.py::test_b[{parameter}]", "skygear")

    assert place.parts[:2] == ("skygear", "test_a")
    assert re.fullmatch(r"test_b[A-Za-z0-9_.=,+~-]{0,110}\.yaml", place.parts[2])
