from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skysyn.testing.names import place_of, twin_of

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
        ("test_a.txt::test_b", "skygear/test_a.txt/test_b.yaml"),
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


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("test_a.py::TestA::test_b", "test_a.py::TestA.test_b"),
        ("test_a.py::test_b[1]", "test_a.py::test_b-1"),
        ("test_a.py::test_b", "test_a.txt::test_b"),
    ],
)
def test_items_of_other_plugins_share_no_file(left: str, right: str) -> None:
    assert place_of(left, "skygear") != place_of(right, "skygear")


@pytest.mark.parametrize(
    ("there", "place", "found"),
    [
        ("a/test_b.yaml", "a/test_b.yaml", None),
        ("a/test_b.yaml", "a/test_c.yaml", None),
        ("a/test_B.yaml", "a/test_b.yaml", "a/test_B.yaml"),
        ("A/test_b.yaml", "a/test_b.yaml", "A"),
        ("a/test_e\u0301.yaml", "a/test_\u00e9.yaml", "a/test_e\u0301.yaml"),
    ],
)
def test_a_file_that_other_systems_take_for_the_same_is_found(
    tmp_path: Path, there: str, place: str, found: str | None
) -> None:
    (tmp_path / there).parent.mkdir()
    (tmp_path / there).touch()

    assert twin_of(tmp_path, Path(place)) == (found and tmp_path / found)


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
