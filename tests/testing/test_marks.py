"""Marks, modes and files that are wrong are refused."""

from __future__ import annotations

import pytest

from .scenarios import QUIET, outcomes
from .stories import PLAYED
from .writing import write

pytest_plugins = ("pytester",)
pytestmark = pytest.mark.slow


def test_a_failing_test_is_not_recorded(pytester: pytest.Pytester) -> None:
    write(
        pytester,
        """
        @recorded
        def test_it(sky_server, sky_user):
            assert False
        """,
    )

    result = pytester.runpytest_inprocess(*QUIET, "--sky-record=all")

    result.stdout.fnmatch_lines(["*the recording of a failed test is not kept*"])
    assert not (pytester.path / "cassettes").exists()


@pytest.mark.parametrize(
    ("mark", "said"),
    [
        ("(strict=True)", "*skysyn_cassette takes no strict*"),
        ("(service='elsewhere')", "*'elsewhere' is no service*"),
        ("(name='../../up')", "*leads out of the folder of cassettes*"),
        ("(name='/tmp/up')", "*leads out of the folder of cassettes*"),
    ],
)
def test_a_wrong_mark_is_refused(
    pytester: pytest.Pytester, mark: str, said: str
) -> None:
    write(
        pytester,
        f"""
        @pytest.mark.skysyn_cassette{mark}
        def test_it(sky_session):
            pass
        """,
    )

    pytester.runpytest_inprocess(*QUIET).stdout.fnmatch_lines([said])


def test_a_mode_that_is_none_is_refused(pytester: pytest.Pytester) -> None:
    result = pytester.runpytest_inprocess(*QUIET, "--sky-record=sometimes")

    assert result.ret == pytest.ExitCode.USAGE_ERROR


def test_a_damaged_cassette_names_file_and_line(pytester: pytest.Pytester) -> None:
    write(pytester, PLAYED["a save and a query"])
    outcomes(pytester, "--sky-record=once")
    path = pytester.path / "cassettes/skygear/test_notes/test_it.yaml"
    path.write_text(path.read_text().replace("interactions:", "interactions: [", 1))

    result = pytester.runpytest_inprocess(*QUIET)

    result.stdout.fnmatch_lines(["*test_it.yaml:*this is no YAML*"])
