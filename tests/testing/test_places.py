"""Where the cassettes of a test are."""

from __future__ import annotations

import pytest

from .scenarios import QUIET, outcomes
from .stories import HEAD, PLAYED
from .writing import write

pytest_plugins = ("pytester",)
pytestmark = pytest.mark.slow


def test_cassettes_may_be_elsewhere(pytester: pytest.Pytester) -> None:
    write(pytester, PLAYED["a save and a query"])
    pytester.makeini("[pytest]\nsky_cassettes = tapes")

    outcomes(pytester, "--sky-record=once")

    assert (pytester.path / "tapes/skygear/test_notes/test_it.yaml").exists()


def test_folders_keep_files_of_one_name_apart(pytester: pytest.Pytester) -> None:
    for folder in ("a", "b"):
        write(pytester, PLAYED["a save and a query"])
        (pytester.path / folder).mkdir()
        (pytester.path / "test_notes.py").rename(
            pytester.path / folder / "test_notes.py"
        )

    outcomes(pytester, "--sky-record=once", "--import-mode=importlib")

    found = (pytester.path / "cassettes").rglob("*.yaml")
    assert [str(path.relative_to(pytester.path)) for path in sorted(found)] == [
        f"cassettes/skygear/{folder}/test_notes/test_it.yaml" for folder in "ab"
    ]


CASED = """
@recorded
def test_it(sky_server, sky_user):
    pass

@recorded
def test_IT(sky_server, sky_user):
    assert titles() == []
"""


def test_names_that_are_the_same_on_other_systems_are_refused(
    pytester: pytest.Pytester,
) -> None:
    pytester.makepyfile(test_notes=HEAD + CASED)

    result = pytester.runpytest_inprocess(*QUIET, "--sky-record=once")

    assert result.parseoutcomes()["passed"] == 1
    result.stdout.fnmatch_lines(
        ["*test_IT.yaml: it is the same file as *test_it.yaml on some systems: *"]
    )


def test_the_cassette_of_a_test_with_another_name_is_not_played(
    pytester: pytest.Pytester,
) -> None:
    pytester.makepyfile(test_notes=HEAD + CASED.replace("test_it", "test_b"))
    outcomes(pytester, "--sky-record=once")
    folder = pytester.path / "cassettes/skygear/test_notes"
    # what a file system makes of it that knows no case
    (folder / "test_IT.yaml").rename(folder / "test_it.yaml")

    result = pytester.runpytest_inprocess(*QUIET)

    assert result.parseoutcomes()["passed"] == 1
    result.stdout.fnmatch_lines(
        ["*test_IT.yaml: it is the same file as *test_it.yaml*"]
    )
