"""A budget of requests in the tests of users."""

from __future__ import annotations

import pytest

from .scenarios import QUIET, outcomes
from .writing import write

pytest_plugins = ("pytester",)
pytestmark = pytest.mark.slow


def test_a_budget_that_is_broken_names_the_lines(pytester: pytest.Pytester) -> None:
    write(
        pytester,
        """
        def test_it(sky_user, sky_budget):
            sky_budget(3)
            for n in range(5):
                Note(title=str(n)).save()
        """,
    )

    result = pytester.runpytest_inprocess(*QUIET)

    result.stdout.fnmatch_lines(
        [
            "*4 requests are made, and 3 allowed:*",
            "*4 from test_notes.py:* Note(title=str(n)).save()*(POST /record/save)*",
        ]
    )


def test_a_broken_budget_fails_even_if_it_is_caught(pytester: pytest.Pytester) -> None:
    write(
        pytester,
        """
        def test_it(sky_user, sky_budget):
            sky_budget(0)
            with pytest.raises(BudgetExceeded):
                titles()
        """,
    )

    assert outcomes(pytester) == {"passed": 1, "errors": 1}
